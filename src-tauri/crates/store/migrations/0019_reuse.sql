-- A paper taken over from an earlier dossier: the document it was taken from, and when the paper itself came in. Null: it came in here.
ALTER TABLE documents ADD COLUMN reused_from BLOB CHECK (length(reused_from) = 16);
ALTER TABLE documents ADD COLUMN came_at INTEGER;

-- Who is named in a dossier, by what says who it is: a number, an organisation, a kept person. Opaque here.
CREATE TABLE dossier_people (
    key     TEXT NOT NULL,
    dossier BLOB NOT NULL REFERENCES dossiers (id) ON DELETE CASCADE,
    PRIMARY KEY (key, dossier)
) STRICT, WITHOUT ROWID;
CREATE INDEX dossier_people_by_dossier ON dossier_people (dossier);

-- Of what was filed before, the applicant; who else is named is known once the dossier is saved again.
INSERT OR IGNORE INTO dossier_people
SELECT 'number:' || (CAST(manifest AS TEXT) ->> '$.applicant.identity_number'), dossier FROM outbox
WHERE json_valid(CAST(manifest AS TEXT)) AND CAST(manifest AS TEXT) ->> '$.applicant.identity_number' IS NOT NULL;
