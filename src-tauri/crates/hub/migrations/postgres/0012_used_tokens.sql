-- As in SQLite.
CREATE TABLE used_tokens (
    session TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    sha256  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (session, sha256)
);
INSERT INTO used_tokens (session, sha256) SELECT id, previous_sha256 FROM sessions WHERE previous_sha256 IS NOT NULL;
