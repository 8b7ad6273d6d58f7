-- Frames of stored files on which a state secret was read, or that stood in one document with it. They stay known as long as the file
-- is there, also when the document is gone: the file may hold other documents' frames too. Frame -1: all of them.
CREATE TABLE secret_frames (
    blob  BLOB NOT NULL REFERENCES blobs (name) ON DELETE CASCADE,
    frame INTEGER NOT NULL,
    PRIMARY KEY (blob, frame)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO secret_frames (blob, frame)
SELECT s.blob, coalesce(f.value, -1) FROM sources s JOIN documents d ON d.id = s.document LEFT JOIN json_each(s.frames) f
WHERE d.failure ->> '$.code' = 'secret_paper'
UNION SELECT r.blob, -1 FROM renditions r JOIN documents d ON d.id = r.document WHERE d.failure ->> '$.code' = 'secret_paper';
