-- What a person put away by mistake can be brought back: it is marked first, and destroyed later.
ALTER TABLE documents ADD COLUMN discarded_at INTEGER;
ALTER TABLE dossiers ADD COLUMN discarded_at INTEGER;
-- A dossier made to try the application out: it is never sent.
ALTER TABLE dossiers ADD COLUMN practice INTEGER NOT NULL DEFAULT 0;

DROP INDEX documents_to_digitise;
CREATE INDEX documents_to_digitise ON documents (created_at, id)
    WHERE status IN ('waiting', 'working') AND discarded_at IS NULL;

-- A discarded dossier is counted nowhere, whatever becomes of it.
DROP TRIGGER dossier_recounted;
CREATE TRIGGER dossier_recounted AFTER UPDATE OF state ON dossiers
WHEN old.state <> new.state AND new.discarded_at IS NULL BEGIN
    UPDATE dossier_counts SET total = total - 1 WHERE state = old.state;
    INSERT INTO dossier_counts (state, total) VALUES (new.state, 1)
        ON CONFLICT (state) DO UPDATE SET total = total + 1;
END;
DROP TRIGGER dossier_uncounted;
CREATE TRIGGER dossier_uncounted AFTER DELETE ON dossiers WHEN old.discarded_at IS NULL BEGIN
    UPDATE dossier_counts SET total = total - 1 WHERE state = old.state;
END;
CREATE TRIGGER dossier_discarded AFTER UPDATE OF discarded_at ON dossiers
WHEN old.discarded_at IS NULL AND new.discarded_at IS NOT NULL BEGIN
    UPDATE dossier_counts SET total = total - 1 WHERE state = new.state;
END;
CREATE TRIGGER dossier_restored AFTER UPDATE OF discarded_at ON dossiers
WHEN old.discarded_at IS NOT NULL AND new.discarded_at IS NULL BEGIN
    INSERT INTO dossier_counts (state, total) VALUES (new.state, 1)
        ON CONFLICT (state) DO UPDATE SET total = total + 1;
END;
