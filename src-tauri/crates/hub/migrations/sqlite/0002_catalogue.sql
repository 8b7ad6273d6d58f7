-- What the hub publishes: revisions that never change, and the publications that brought them.
CREATE TABLE catalogue_publications (
    version      INTEGER PRIMARY KEY, -- 1, 2, 3 …
    published_at TEXT NOT NULL,
    published_by TEXT NOT NULL
) STRICT;

CREATE TABLE catalogue (
    kind     TEXT NOT NULL,
    code     TEXT NOT NULL,
    revision INTEGER NOT NULL,
    sha256   TEXT NOT NULL UNIQUE,
    body     BLOB NOT NULL, -- canonical JSON; its SHA-256 is the row's
    version  INTEGER NOT NULL REFERENCES catalogue_publications (version),
    PRIMARY KEY (kind, code, revision)
) STRICT, WITHOUT ROWID;
