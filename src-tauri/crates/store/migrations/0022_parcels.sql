-- Parcels made here, and what was sealed into each. Whether a submission has ended its own row says; here stands which way it went too.
CREATE TABLE parcels (
    id         BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    made_at    INTEGER NOT NULL,
    -- Where it was written, as the person was told.
    file       TEXT NOT NULL,
    -- Of the newest reply that was taken, by the hub's clock.
    replied_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE parcel_submissions (
    submission BLOB NOT NULL REFERENCES outbox (submission) ON DELETE CASCADE,
    parcel     BLOB NOT NULL REFERENCES parcels (id) ON DELETE CASCADE,
    PRIMARY KEY (submission, parcel)
) STRICT, WITHOUT ROWID;
CREATE INDEX parcel_submissions_by_parcel ON parcel_submissions (parcel);
