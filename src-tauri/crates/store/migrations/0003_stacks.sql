-- Which frames of the file belong to the document, as a JSON list in order; all of them when null. Papers scanned in one file may
-- belong to several documents.
ALTER TABLE sources ADD COLUMN frames TEXT;

-- Papers taken in at once, on their way into their dossiers. What was found on their pages, and what a person decided, is opaque
-- here; which pages belong together is computed from it.
CREATE TABLE stacks (
    id            BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    -- A folder that is watched, or a person's choice.
    watched       INTEGER NOT NULL,
    -- How many files there are to be: fewer are here when taking them in was ended in the middle.
    announced     INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    last_added_at INTEGER NOT NULL,
    -- When nothing was left to be decided or filed.
    filed_at      INTEGER,
    discarded_at  INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE stack_files (
    stack      BLOB NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    file_name  TEXT NOT NULL,
    media_type TEXT NOT NULL,
    -- Null for a file that was refused, and once nothing of it is left outside its documents.
    blob       BLOB REFERENCES blobs (name),
    frames     INTEGER NOT NULL,
    -- Signed: it goes whole, byte for byte.
    sealed     INTEGER NOT NULL,
    -- Why it was refused.
    fault      TEXT,
    PRIMARY KEY (stack, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX stack_files_by_blob ON stack_files (blob) WHERE blob IS NOT NULL;

CREATE TABLE stack_pages (
    stack BLOB NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
    file  INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    found TEXT NOT NULL,
    PRIMARY KEY (stack, file, frame)
) STRICT, WITHOUT ROWID;

-- What was decided about, and came of, the part that begins at a page.
CREATE TABLE stack_parts (
    stack     BLOB NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
    file      INTEGER NOT NULL,
    frame     INTEGER NOT NULL,
    decision  TEXT,
    -- The text of its cover sheet, once filed: a sheet is used once.
    sheet     TEXT,
    -- The ids of the documents it became, as a JSON list.
    documents TEXT,
    filed_at  INTEGER,
    PRIMARY KEY (stack, file, frame)
) STRICT, WITHOUT ROWID;
CREATE INDEX stack_parts_by_sheet ON stack_parts (sheet) WHERE sheet IS NOT NULL;

-- Files of the watched folder that were looked at: each is taken in, or refused, once.
CREATE TABLE watched_files (
    file_name   TEXT NOT NULL,
    size        INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    sha256      BLOB CHECK (length(sha256) = 32),
    -- Why it was refused; null when it was taken in.
    fault       TEXT,
    seen_at     INTEGER NOT NULL,
    PRIMARY KEY (file_name, size, modified_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX watched_files_by_content ON watched_files (sha256) WHERE sha256 IS NOT NULL;
