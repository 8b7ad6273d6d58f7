-- Departments' lists of procedures without paper: revisions that never change. A department is the agency's that sent its first.
CREATE TABLE no_paper_lists (
    department  TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    sha256      TEXT NOT NULL UNIQUE,
    agency      TEXT NOT NULL REFERENCES agencies (code),
    body        BLOB NOT NULL, -- canonical JSON; its SHA-256 is the row's
    received_at TEXT NOT NULL,
    receipt     TEXT NOT NULL, -- what was answered is answered again
    PRIMARY KEY (department, revision)
) STRICT, WITHOUT ROWID;

-- Which desktops say that they apply a list.
CREATE TABLE no_paper_applied (
    sha256     TEXT NOT NULL REFERENCES no_paper_lists (sha256),
    agency     TEXT NOT NULL,
    device     TEXT NOT NULL,
    station    TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    PRIMARY KEY (sha256, agency, device)
) STRICT, WITHOUT ROWID;
