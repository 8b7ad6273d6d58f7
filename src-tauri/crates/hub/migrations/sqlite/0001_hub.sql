-- The hub's facts. Ids and hashes are lower-case texts, times RFC 3339 in UTC with milliseconds, so that texts sort as
-- instants do. Everything an agency owns is keyed by the agency first: no id of one agency can name a row of another.

-- One row: this installation.
CREATE TABLE hub (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id  TEXT NOT NULL
) STRICT;

CREATE TABLE agencies (
    code        TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    last_cursor INTEGER NOT NULL DEFAULT 0 -- of the agency's feed; grows in the transaction that adds the event
) STRICT, WITHOUT ROWID;

-- One-time codes, by hash. A used one keeps who used it, so that the same device may repeat a lost exchange.
CREATE TABLE enrolment_codes (
    code_sha256  TEXT PRIMARY KEY,
    agency       TEXT NOT NULL REFERENCES agencies (code),
    created_at   TEXT NOT NULL,
    expires_at   TEXT NOT NULL,
    used_by      TEXT,
    token_sha256 TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    number       INTEGER PRIMARY KEY AUTOINCREMENT, -- the station, as a number
    agency       TEXT NOT NULL REFERENCES agencies (code),
    id           TEXT NOT NULL,
    name         TEXT NOT NULL,
    token_sha256 TEXT NOT NULL UNIQUE,
    enrolled_at  TEXT NOT NULL,
    UNIQUE (agency, id)
) STRICT;

CREATE TABLE uploads (
    id              TEXT PRIMARY KEY,
    agency          TEXT NOT NULL REFERENCES agencies (code),
    device          TEXT NOT NULL,
    length          INTEGER NOT NULL,
    "offset"        INTEGER NOT NULL DEFAULT 0 CHECK ("offset" BETWEEN 0 AND length), -- durable bytes, never fewer
    metadata        TEXT NOT NULL, -- as the client gave it
    expected_sha256 TEXT,
    sha256          TEXT,          -- found over the whole file, when complete
    status          TEXT NOT NULL CHECK (status IN ('receiving', 'complete', 'gone')),
    idempotency_key TEXT,          -- null again when gone: the key may then make a new upload
    created_at      TEXT NOT NULL,
    UNIQUE (agency, device, idempotency_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX uploads_unfinished ON uploads (id) WHERE status = 'receiving';

-- Which agency may name and fetch which content. The bytes are in the object store, by hash.
CREATE TABLE files (
    agency    TEXT NOT NULL REFERENCES agencies (code),
    sha256    TEXT NOT NULL,
    size      INTEGER NOT NULL,
    stored_at TEXT NOT NULL,
    PRIMARY KEY (agency, sha256)
) STRICT, WITHOUT ROWID;

-- The last serial of official codes, per agency and local day.
CREATE TABLE code_counters (
    agency TEXT NOT NULL REFERENCES agencies (code),
    day    TEXT NOT NULL,
    last   INTEGER NOT NULL,
    PRIMARY KEY (agency, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE dossiers (
    number           INTEGER PRIMARY KEY AUTOINCREMENT, -- order of reception
    agency           TEXT NOT NULL REFERENCES agencies (code),
    id               TEXT NOT NULL,
    code             TEXT NOT NULL UNIQUE,
    provisional_code TEXT NOT NULL,
    procedure_code   TEXT NOT NULL,
    applicant        TEXT NOT NULL,
    state            TEXT NOT NULL,
    received_at      TEXT NOT NULL,
    content_sha256   TEXT NOT NULL, -- of the manifest without submission id and time
    manifest         TEXT NOT NULL, -- canonical
    answers          TEXT NOT NULL,
    events           INTEGER NOT NULL DEFAULT 0,
    UNIQUE (agency, id)
) STRICT;

CREATE INDEX dossiers_by_agency ON dossiers (agency, number);

-- The idempotency rows of submissions: what was answered is answered again.
CREATE TABLE submissions (
    agency          TEXT NOT NULL,
    id              TEXT NOT NULL,
    dossier         TEXT NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    receipt         TEXT NOT NULL,
    PRIMARY KEY (agency, id),
    FOREIGN KEY (agency, dossier) REFERENCES dossiers (agency, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    agency  TEXT NOT NULL,
    cursor  INTEGER NOT NULL, -- the feed: 1, 2, 3 … per agency
    dossier TEXT NOT NULL,
    seq     INTEGER NOT NULL, -- 1, 2, 3 … per dossier
    code    TEXT NOT NULL,
    state   TEXT NOT NULL,    -- after the event
    event   TEXT NOT NULL,
    PRIMARY KEY (agency, cursor),
    UNIQUE (agency, dossier, seq),
    FOREIGN KEY (agency, dossier) REFERENCES dossiers (agency, id)
) STRICT, WITHOUT ROWID;
