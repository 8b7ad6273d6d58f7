-- What each session was renewed with: one of these shown again is a copy, and anything else nobody's word.
CREATE TABLE used_tokens (
    session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    sha256  TEXT NOT NULL,
    PRIMARY KEY (session, sha256)
) STRICT, WITHOUT ROWID;
INSERT INTO used_tokens (session, sha256) SELECT id, previous_sha256 FROM sessions WHERE previous_sha256 IS NOT NULL;
