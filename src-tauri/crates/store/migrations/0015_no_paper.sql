-- Lists of procedures that are no longer taken on paper: one draft a department, and approved revisions that never change.
CREATE TABLE no_paper_lists (
    department TEXT NOT NULL,
    revision   INTEGER NOT NULL,
    approved   INTEGER NOT NULL,
    json       TEXT NOT NULL,
    sha256     BLOB NOT NULL CHECK (length(sha256) = 32),
    saved_at   INTEGER NOT NULL,
    saved_by   TEXT NOT NULL,
    PRIMARY KEY (department, revision)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER no_paper_list_stays BEFORE UPDATE OF json, sha256, approved ON no_paper_lists WHEN old.approved = 1 BEGIN
    SELECT RAISE(ABORT, 'an approved list is never changed');
END;

-- Paper that was taken, or turned away, at the gate.
CREATE TABLE gate_visits (
    id        BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    procedure TEXT NOT NULL,
    outcome   TEXT NOT NULL CHECK (outcome IN ('guided', 'helped', 'exception')),
    -- Which unit or who came; empty where nobody noted it.
    who       TEXT NOT NULL,
    reason    TEXT NOT NULL,
    at        INTEGER NOT NULL,
    by_whom   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX gate_visits_in_time ON gate_visits (at, id);
