-- Why a revision was published, as its officer said it.
ALTER TABLE catalogue ADD COLUMN reason TEXT NOT NULL DEFAULT '';
