-- People who signed in at this computer with the hub's word for it, so that they can do it again without network for a while.
CREATE TABLE sign_ins (
    folded      TEXT NOT NULL PRIMARY KEY, -- the sign-in name without case and marks
    me          TEXT NOT NULL,             -- JSON: what the hub said of them
    verifier    TEXT NOT NULL,             -- argon2id PHC string of the password
    online_at   INTEGER NOT NULL,          -- when the hub said so last
    tries       INTEGER NOT NULL DEFAULT 0,
    waits_until INTEGER
) STRICT, WITHOUT ROWID;

-- Who sits here now.
CREATE TABLE session (
    one           INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    folded        TEXT NOT NULL REFERENCES sign_ins (folded) ON DELETE CASCADE,
    signed_in_at  INTEGER NOT NULL,
    -- At the hub; none of somebody who signed in without network.
    id            BLOB,
    refresh_token TEXT,
    next_token    TEXT -- to be shown the time after: known before it is named to the hub
) STRICT, WITHOUT ROWID;

-- The latest instant this computer has known: a clock before it was set back.
CREATE TABLE latest_instant (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
