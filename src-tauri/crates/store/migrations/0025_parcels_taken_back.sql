-- Whether the hub's reply to this parcel refused the submission for good: then this parcel brings it no more.
ALTER TABLE parcel_submissions ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
-- Why a person took the submission back although a parcel with it was under way.
ALTER TABLE outbox ADD COLUMN taken_back TEXT;
