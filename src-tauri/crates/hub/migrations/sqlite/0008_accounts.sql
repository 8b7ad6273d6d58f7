-- Who sits at the devices, and what they did.
ALTER TABLE agencies ADD COLUMN sign_in TEXT NOT NULL DEFAULT 'optional' CHECK (sign_in IN ('optional', 'required'));
ALTER TABLE devices ADD COLUMN revoked_at TEXT; -- its token opens nothing any more

CREATE TABLE units (
    agency TEXT NOT NULL REFERENCES agencies (code),
    code   TEXT NOT NULL,
    name   TEXT NOT NULL,
    parent TEXT, -- another unit of the agency
    PRIMARY KEY (agency, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE people (
    id           TEXT PRIMARY KEY,
    agency       TEXT NOT NULL REFERENCES agencies (code),
    unit         TEXT,
    sign_in_name TEXT NOT NULL,
    folded       TEXT NOT NULL UNIQUE, -- the sign-in name without case and marks
    name         TEXT NOT NULL,
    title        TEXT NOT NULL,
    email        TEXT NOT NULL,
    phone        TEXT NOT NULL,
    roles        TEXT NOT NULL, -- JSON
    scope        TEXT NOT NULL CHECK (scope IN ('agency', 'hub')),
    active       INTEGER NOT NULL CHECK (active IN (0, 1)),
    changed_at   TEXT NOT NULL,
    FOREIGN KEY (agency, unit) REFERENCES units (agency, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE passwords (
    person      TEXT PRIMARY KEY REFERENCES people (id),
    hash        TEXT NOT NULL, -- PHC string with its parameters
    set_at      TEXT NOT NULL,
    expires_at  TEXT NOT NULL,
    must_change INTEGER NOT NULL CHECK (must_change IN (0, 1))
) STRICT, WITHOUT ROWID;

-- A session lives as long as its refresh token is renewed; what each was renewed with is used up.
CREATE TABLE sessions (
    id              TEXT PRIMARY KEY,
    person          TEXT NOT NULL REFERENCES people (id),
    agency          TEXT NOT NULL, -- of the device
    device          TEXT NOT NULL,
    refresh_sha256  TEXT NOT NULL,
    previous_sha256 TEXT, -- the one it was renewed with last: its repeated exchange is answered again
    opened_at       TEXT NOT NULL,
    expires_at      TEXT NOT NULL,
    ended           TEXT, -- why
    FOREIGN KEY (agency, device) REFERENCES devices (agency, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_person ON sessions (person) WHERE ended IS NULL;
CREATE INDEX sessions_by_device ON sessions (agency, device) WHERE ended IS NULL;

-- Tries at a name since the last right password, whether anybody has the name or not.
CREATE TABLE sign_in_tries (
    folded      TEXT PRIMARY KEY,
    tries       INTEGER NOT NULL,
    last_at     TEXT NOT NULL,
    waits_until TEXT
) STRICT, WITHOUT ROWID;

-- What runs out, besides passwords.
CREATE TABLE expiring (
    kind        TEXT NOT NULL,
    identifier  TEXT NOT NULL,
    agency      TEXT NOT NULL REFERENCES agencies (code),
    person      TEXT REFERENCES people (id),
    holder      TEXT NOT NULL,
    valid_until TEXT NOT NULL, -- the last day it is good
    PRIMARY KEY (kind, identifier)
) STRICT, WITHOUT ROWID;

CREATE TABLE notices_read (
    person      TEXT NOT NULL REFERENCES people (id),
    kind        TEXT NOT NULL,
    identifier  TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    threshold   INTEGER NOT NULL,
    read_at     TEXT NOT NULL,
    PRIMARY KEY (person, kind, identifier, valid_until, threshold)
) STRICT, WITHOUT ROWID;

-- Acts, written in the transaction of what they tell of; seq and prev come when they are sealed into the chain.
CREATE TABLE audit (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    at      TEXT NOT NULL,
    agency  TEXT,
    account TEXT,
    who     TEXT NOT NULL,
    device  TEXT,
    what    TEXT NOT NULL,
    about   TEXT,
    result  TEXT NOT NULL,
    seq     INTEGER UNIQUE,
    prev    TEXT
) STRICT;

CREATE INDEX audit_unsealed ON audit (number) WHERE seq IS NULL;
CREATE INDEX audit_about ON audit (about, seq);
