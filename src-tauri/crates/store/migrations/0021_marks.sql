-- What this computer keeps of a dossier that is no part of it: where a person left it, and what they put aside. Never sent, and no
-- change of the dossier.
CREATE TABLE marks (
    dossier BLOB NOT NULL PRIMARY KEY REFERENCES dossiers (id) ON DELETE CASCADE,
    -- Opaque here.
    json    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
