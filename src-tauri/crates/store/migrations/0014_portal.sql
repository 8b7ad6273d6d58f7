-- Dossiers that leave as a pack, to be filed at a province's portal by hand.
CREATE TABLE portal_packs (
    id              BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    dossier         BLOB NOT NULL REFERENCES dossiers (id) ON DELETE CASCADE,
    portal          TEXT NOT NULL,
    -- The portal's data as the pack was made under it; opaque here.
    portal_json     TEXT NOT NULL,
    -- 'writing': the dossier is taken, the pack is not at its place yet. 'written': it was opened again and is what was prepared.
    -- 'filed': the portal's code was brought back. 'withdrawn': a person said that it was not filed.
    state           TEXT NOT NULL CHECK (state IN ('writing', 'written', 'filed', 'withdrawn')),
    place           TEXT NOT NULL,
    -- What is in the pack; opaque here.
    contents        TEXT NOT NULL,
    -- Why it goes both ways, or was made anew or withdrawn; empty for none.
    reason          TEXT NOT NULL,
    made_at         INTEGER NOT NULL,
    code            TEXT,
    filed_on        TEXT,
    filed_at        INTEGER,
    slip            BLOB REFERENCES blobs (name),
    slip_name       TEXT
) STRICT, WITHOUT ROWID;
-- A dossier has at most one pack that may be, or was, filed.
CREATE UNIQUE INDEX portal_packs_live ON portal_packs (dossier) WHERE state <> 'withdrawn';
CREATE INDEX portal_packs_by_code ON portal_packs (code) WHERE code IS NOT NULL;
CREATE INDEX portal_packs_by_slip ON portal_packs (slip) WHERE slip IS NOT NULL;

-- The very files of a pack: what was filed can be shown for good.
CREATE TABLE portal_files (
    pack     BLOB NOT NULL REFERENCES portal_packs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    blob     BLOB NOT NULL REFERENCES blobs (name),
    name     TEXT NOT NULL,
    PRIMARY KEY (pack, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_files_by_blob ON portal_files (blob);

-- Slips that another was brought back instead of.
CREATE TABLE portal_slips (
    pack     BLOB NOT NULL REFERENCES portal_packs (id) ON DELETE CASCADE,
    blob     BLOB NOT NULL REFERENCES blobs (name),
    name     TEXT NOT NULL,
    PRIMARY KEY (pack, blob)
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_slips_by_blob ON portal_slips (blob);
