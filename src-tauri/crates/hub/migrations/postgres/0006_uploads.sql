-- As SQLite's sixth.
ALTER TABLE uploads ADD COLUMN deferred BIGINT NOT NULL DEFAULT 0 CHECK (deferred IN (0, 1));
ALTER TABLE uploads ADD COLUMN role TEXT NOT NULL DEFAULT 'whole';
ALTER TABLE uploads ADD COLUMN expires_at TEXT COLLATE "C";

CREATE INDEX uploads_by_expiry ON uploads (expires_at) WHERE status = 'receiving';
