-- What the hub does by itself; a replica takes one at a time, for as long as its lease.
CREATE TABLE jobs (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    about       TEXT NOT NULL,              -- of its kind: an upload; empty where there is one of the kind only
    due_at      TEXT NOT NULL,
    lease_until TEXT,
    tries       INTEGER NOT NULL DEFAULT 0, -- that failed, since it last did not
    state       TEXT NOT NULL DEFAULT '',   -- where the next run goes on
    ended_at    TEXT,                       -- when it last ended
    last_error  TEXT,
    UNIQUE (kind, about)
) STRICT;
CREATE INDEX jobs_due ON jobs (due_at);

-- Contents that are being removed from the object store, or were: whoever stored the same one meanwhile stores it again.
CREATE TABLE removals (
    sha256     TEXT PRIMARY KEY,
    begun_at   TEXT NOT NULL,
    removed_at TEXT
) STRICT, WITHOUT ROWID;

-- Files that the last look at each of them did not find whole.
CREATE TABLE file_faults (
    sha256   TEXT PRIMARY KEY,
    found    TEXT NOT NULL CHECK (found IN ('missing', 'damaged')),
    found_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What no dossier came to use is looked for by its age.
CREATE INDEX files_by_age ON files (stored_at);
