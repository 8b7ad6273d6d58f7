-- How an approved list stands with the hub: to be sent, taken or refused there, or come from there.
CREATE TABLE no_paper_hub (
    department TEXT NOT NULL,
    revision   INTEGER NOT NULL,
    -- fetched: it came from the hub; applied: and the hub was told that it counts here.
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'received', 'refused', 'fetched', 'applied')),
    -- JSON: the hub's receipt, why it refused, or whose list it is.
    said       TEXT NOT NULL,
    -- JSON: who says that they apply it, as the hub told last.
    applied    TEXT NOT NULL DEFAULT '[]',
    at         INTEGER NOT NULL,
    PRIMARY KEY (department, revision),
    FOREIGN KEY (department, revision) REFERENCES no_paper_lists (department, revision)
) STRICT, WITHOUT ROWID;
