-- The personal store: people and organisations kept with consent. `content` and `consent` are opaque here; `keys` is their names and
-- numbers, folded by us, to be looked through.
CREATE TABLE people (
    id         BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name       TEXT NOT NULL,
    number     TEXT,
    keys       TEXT NOT NULL,
    content    TEXT NOT NULL,
    consent    TEXT NOT NULL,
    kept_at    INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    used_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- A number is one person's.
CREATE UNIQUE INDEX people_by_number ON people (number) WHERE number IS NOT NULL;
CREATE INDEX people_by_use ON people (used_at);

-- Templates of the agency: answers that other dossiers begin with; opaque here.
CREATE TABLE templates (
    id             BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name           TEXT NOT NULL,
    procedure_code TEXT NOT NULL,
    answers        TEXT NOT NULL,
    saved_by       TEXT NOT NULL,
    saved_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
