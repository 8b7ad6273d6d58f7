-- Where several replicas share the object store, the bytes of an upload under way lie in it, in immutable parts.
CREATE TABLE upload_parts (
    upload TEXT NOT NULL REFERENCES uploads (id),
    start  INTEGER NOT NULL,
    length INTEGER NOT NULL,
    name   TEXT NOT NULL,
    PRIMARY KEY (upload, start)
) STRICT, WITHOUT ROWID;
