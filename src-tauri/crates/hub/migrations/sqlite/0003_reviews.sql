-- What the check found of a dossier when it came in, and which dossiers have which files.
ALTER TABLE dossiers ADD COLUMN review TEXT; -- JSON; null of one that came before there was a check

CREATE TABLE dossier_files (
    agency  TEXT NOT NULL,
    sha256  TEXT NOT NULL,
    dossier TEXT NOT NULL,
    title   TEXT NOT NULL,
    PRIMARY KEY (agency, sha256, dossier),
    FOREIGN KEY (agency, dossier) REFERENCES dossiers (agency, id)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO dossier_files
SELECT d.agency, json_extract(f.value, '$.sha256'), d.id, json_extract(f.value, '$.title')
FROM dossiers d, json_each(d.manifest, '$.files') f;
