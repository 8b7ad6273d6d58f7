-- What was read on a frame of a paper, for the next time its page is made and for a person to go through. Gone with the paper.
CREATE TABLE readings (
    source  BLOB NOT NULL REFERENCES blobs (name) ON DELETE CASCADE,
    frame   INTEGER NOT NULL,
    -- Hash of everything the words depend on.
    recipe  BLOB NOT NULL CHECK (length(recipe) = 32),
    found   TEXT NOT NULL,
    content BLOB NOT NULL,
    read_at INTEGER NOT NULL,
    PRIMARY KEY (source, frame, recipe)
) STRICT, WITHOUT ROWID;

-- The reading a page was made with, and where it stands in a finished PDF: pages move between documents, and are shown as they
-- were made until they are made again.
ALTER TABLE pages ADD COLUMN reading BLOB;
ALTER TABLE pages ADD COLUMN made BLOB;
ALTER TABLE pages ADD COLUMN made_page INTEGER;
UPDATE pages SET
    made = (SELECT blob FROM renditions r WHERE r.document = pages.document),
    made_page = (SELECT count(*) FROM pages q
                 WHERE q.document = pages.document AND q.position < pages.position AND q.findings ->> '$.bytes' > 0)
WHERE findings ->> '$.bytes' > 0;
