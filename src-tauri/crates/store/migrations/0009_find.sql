-- Finding among a million dossiers: everything that a list can be narrowed or ordered by stands in an index of its own.

-- The official moment it is due where the agency is: days since 1970 * 1441 + minutes of the day (a day ends with 24:00, which is not
-- 0:00 of the next: it has 1441 minutes). Moved in the transaction of the event that says so.
ALTER TABLE dossiers ADD COLUMN due INTEGER;
-- What the event says of it: null says nothing, 0 that there is none.
ALTER TABLE events ADD COLUMN due INTEGER;
UPDATE events SET due = coalesce((
    SELECT unixepoch(said.moment ->> '$.date') / 86400 * 1441
         + substr(said.moment ->> '$.time', 1, 2) * 60 + substr(said.moment ->> '$.time', 4, 2)
    FROM (SELECT coalesce(json -> '$.what.new_due', json -> '$.what.to', json -> '$.what.due') AS moment) AS said
), 0) WHERE json ->> '$.what.kind' IN ('accepted', 'apology_issued', 'due_changed');
UPDATE dossiers SET due = nullif((
    SELECT due FROM events WHERE dossier = dossiers.id AND due IS NOT NULL ORDER BY seq DESC LIMIT 1
), 0) WHERE EXISTS (SELECT 1 FROM receipts WHERE dossier = dossiers.id);

DROP INDEX dossiers_by_state;
-- Each ends with the row. A condition that is only the index's own would send SQLite to the table all the same.
CREATE INDEX dossiers_by_state ON dossiers (state, discarded_at);
CREATE INDEX dossiers_by_procedure ON dossiers (procedure_code, discarded_at);
CREATE INDEX dossiers_by_procedure_and_state ON dossiers (procedure_code, state, discarded_at);
-- Of what is still worked on only: of what is finished the day does not matter any more.
CREATE INDEX dossiers_by_due ON dossiers (due, row, state, procedure_code, discarded_at)
    WHERE due IS NOT NULL AND discarded_at IS NULL
      AND state NOT IN ('rejected', 'withdrawn', 'stopped', 'done', 'returned');

-- How many of each procedure stand in each state, as dossier_counts.
CREATE TABLE procedure_counts (
    procedure_code TEXT NOT NULL,
    state          TEXT NOT NULL,
    total          INTEGER NOT NULL,
    PRIMARY KEY (procedure_code, state)
) STRICT, WITHOUT ROWID;
INSERT INTO procedure_counts
    SELECT procedure_code, state, count(*) FROM dossiers WHERE discarded_at IS NULL GROUP BY procedure_code, state;
CREATE TRIGGER procedure_counted AFTER INSERT ON dossiers BEGIN
    INSERT INTO procedure_counts VALUES (new.procedure_code, new.state, 1)
        ON CONFLICT (procedure_code, state) DO UPDATE SET total = total + 1;
END;
CREATE TRIGGER procedure_recounted AFTER UPDATE OF state ON dossiers
WHEN old.state <> new.state AND new.discarded_at IS NULL BEGIN
    UPDATE procedure_counts SET total = total - 1 WHERE procedure_code = old.procedure_code AND state = old.state;
    INSERT INTO procedure_counts VALUES (new.procedure_code, new.state, 1)
        ON CONFLICT (procedure_code, state) DO UPDATE SET total = total + 1;
END;
CREATE TRIGGER procedure_uncounted AFTER DELETE ON dossiers WHEN old.discarded_at IS NULL BEGIN
    UPDATE procedure_counts SET total = total - 1 WHERE procedure_code = old.procedure_code AND state = old.state;
END;
CREATE TRIGGER procedure_discarded AFTER UPDATE OF discarded_at ON dossiers
WHEN old.discarded_at IS NULL AND new.discarded_at IS NOT NULL BEGIN
    UPDATE procedure_counts SET total = total - 1 WHERE procedure_code = new.procedure_code AND state = new.state;
END;
CREATE TRIGGER procedure_restored AFTER UPDATE OF discarded_at ON dossiers
WHEN old.discarded_at IS NOT NULL AND new.discarded_at IS NULL BEGIN
    INSERT INTO procedure_counts VALUES (new.procedure_code, new.state, 1)
        ON CONFLICT (procedure_code, state) DO UPDATE SET total = total + 1;
END;

-- As before, with organisations in a column of their own, and beginnings of words at once: without their own index, the beginning
-- of a frequent word is gathered from all that begins so, again for every page.
DROP TABLE search_text;
CREATE VIRTUAL TABLE search_text USING fts5 (
    folded, units, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0", prefix = '2 3 4 5 6'
);
-- Dossiers whose words are not in it yet: folding is not SQL's, so the next start does it.
CREATE TABLE to_index (row INTEGER PRIMARY KEY) STRICT;
INSERT INTO to_index SELECT row FROM dossiers WHERE discarded_at IS NULL;
