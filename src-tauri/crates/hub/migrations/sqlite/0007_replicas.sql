-- Where several replicas share the object store, the bytes of an upload under way lie in it, in immutable parts.
CREATE TABLE upload_parts (
    upload TEXT NOT NULL REFERENCES uploads (id),
    start  INTEGER NOT NULL,
    length INTEGER NOT NULL,
    name   TEXT NOT NULL,
    PRIMARY KEY (upload, start)
) STRICT, WITHOUT ROWID;

-- Of the key the hub signs with: every replica has the same one. Null until the next start.
ALTER TABLE hub ADD COLUMN fingerprint TEXT;

-- For the check of every file.
CREATE INDEX files_by_content ON files (sha256);
