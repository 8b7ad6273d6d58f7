-- Files of rows (a clerk's table of applicants) out of which dossiers were made.
CREATE TABLE imports (
    id             BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    procedure_code TEXT NOT NULL,
    file_name      TEXT NOT NULL,
    -- Of the file's bytes and the sheet's name: begun again, it is the same import.
    content        BLOB NOT NULL CHECK (length(content) = 32),
    begun_at       INTEGER NOT NULL,
    -- Taken back as a whole: its rows can be taken in again.
    undone_at      INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX imports_by_content ON imports (content) WHERE undone_at IS NULL;

-- Which row became which dossier, written in the transaction that makes the dossier: no row is ever taken in twice.
CREATE TABLE import_rows (
    key     BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 32),
    import  BLOB NOT NULL REFERENCES imports (id),
    dossier BLOB NOT NULL UNIQUE REFERENCES dossiers (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX import_rows_by_import ON import_rows (import);
