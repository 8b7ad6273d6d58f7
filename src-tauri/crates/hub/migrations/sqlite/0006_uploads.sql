-- What tus's further extensions need: lengths told later, pieces that are joined, and an end for what nobody goes on with.
ALTER TABLE uploads ADD COLUMN deferred INTEGER NOT NULL DEFAULT 0 CHECK (deferred IN (0, 1)); -- length: the largest there may be
ALTER TABLE uploads ADD COLUMN role TEXT NOT NULL DEFAULT 'whole'; -- or 'partial', or 'final' and the ids of its pieces
ALTER TABLE uploads ADD COLUMN expires_at TEXT; -- of an unfinished one; null: never

UPDATE uploads SET expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+60 days') WHERE status = 'receiving';

CREATE INDEX uploads_by_expiry ON uploads (expires_at) WHERE status = 'receiving';
