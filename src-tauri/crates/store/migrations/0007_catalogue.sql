-- Where an entry of the catalogue came from ('pin', 'import', 'published', 'hub'; 'kept' before this was noted), and by whom.
ALTER TABLE catalogue ADD COLUMN origin TEXT NOT NULL DEFAULT 'kept';
ALTER TABLE catalogue ADD COLUMN added_by TEXT NOT NULL DEFAULT '';

-- Entries that are being written: one a thing, whatever is wrong with it. `base` is the revision it was made of.
CREATE TABLE catalogue_drafts (
    kind       TEXT NOT NULL,
    code       TEXT NOT NULL,
    base       BLOB CHECK (length(base) = 32),
    json       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (kind, code)
) STRICT, WITHOUT ROWID;
