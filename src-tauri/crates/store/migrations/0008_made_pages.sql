-- Pages of documents that are being digitised, as they were made: an interrupted run goes on where it was. Gone once the document is
-- whole, or its paper is gone.
CREATE TABLE made_pages (
    source  BLOB NOT NULL REFERENCES blobs (name) ON DELETE CASCADE,
    frame   INTEGER NOT NULL,
    -- Hash of everything the page depends on.
    recipe  BLOB NOT NULL CHECK (length(recipe) = 32),
    content BLOB NOT NULL,
    PRIMARY KEY (source, frame, recipe)
) STRICT;
