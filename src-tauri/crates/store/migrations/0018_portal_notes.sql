-- What people saw at a portal of dossiers that were filed there.
CREATE TABLE portal_notes (
    dossier BLOB NOT NULL REFERENCES dossiers (id) ON DELETE CASCADE,
    seq     INTEGER NOT NULL,
    state   TEXT NOT NULL,
    due     INTEGER,
    -- The event; opaque here.
    json    TEXT NOT NULL,
    PRIMARY KEY (dossier, seq)
) STRICT, WITHOUT ROWID;
