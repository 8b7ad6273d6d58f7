-- What a person put away by mistake can be brought back: it is marked first, and destroyed later.
ALTER TABLE documents ADD COLUMN discarded_at INTEGER;
ALTER TABLE dossiers ADD COLUMN discarded_at INTEGER;
-- A dossier made to try the application out: it is never sent.
ALTER TABLE dossiers ADD COLUMN practice INTEGER NOT NULL DEFAULT 0;

DROP INDEX documents_to_digitise;
CREATE INDEX documents_to_digitise ON documents (created_at, id)
    WHERE status IN ('waiting', 'working') AND discarded_at IS NULL;

-- A discarded dossier is counted nowhere.
CREATE TRIGGER dossier_discarded AFTER UPDATE OF discarded_at ON dossiers
WHEN old.discarded_at IS NULL AND new.discarded_at IS NOT NULL BEGIN
    UPDATE dossier_counts SET total = total - 1 WHERE state = new.state;
END;
CREATE TRIGGER dossier_restored AFTER UPDATE OF discarded_at ON dossiers
WHEN old.discarded_at IS NOT NULL AND new.discarded_at IS NULL BEGIN
    INSERT INTO dossier_counts (state, total) VALUES (new.state, 1)
        ON CONFLICT (state) DO UPDATE SET total = total + 1;
END;
