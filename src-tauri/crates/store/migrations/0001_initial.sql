-- This computer's memory. Times are milliseconds since 1970 UTC; ids are the 16 bytes of a UUIDv7; digests are the
-- 32 bytes of a SHA-256; JSON columns are opaque to this room. Migrations are only ever added.

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Serial numbers, one series per (name, period).
CREATE TABLE counters (
    name   TEXT NOT NULL,
    period TEXT NOT NULL,
    value  INTEGER NOT NULL,
    PRIMARY KEY (name, period)
) STRICT, WITHOUT ROWID;

-- One row per encrypted file below blobs/. Deleting the row destroys the only key of the file.
CREATE TABLE blobs (
    name     BLOB PRIMARY KEY CHECK (length(name) = 32),
    sha256   BLOB NOT NULL CHECK (length(sha256) = 32),
    size     INTEGER NOT NULL,
    sealed_key BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Catalogue entries a dossier may be pinned to: never changed, never deleted.
CREATE TABLE catalogue (
    kind       TEXT NOT NULL,
    code       TEXT NOT NULL,
    revision   TEXT NOT NULL,
    sha256     BLOB NOT NULL CHECK (length(sha256) = 32),
    json       TEXT NOT NULL,
    provenance TEXT NOT NULL,
    added_at   INTEGER NOT NULL,
    PRIMARY KEY (kind, code, revision, sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE dossiers (
    row                 INTEGER PRIMARY KEY AUTOINCREMENT,
    id                  BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    procedure_code      TEXT NOT NULL,
    procedure_revision  TEXT NOT NULL,
    procedure_sha256    BLOB NOT NULL CHECK (length(procedure_sha256) = 32),
    state               TEXT NOT NULL,
    provisional_code    TEXT UNIQUE,
    official_code       TEXT,
    title               TEXT NOT NULL,
    applicant           TEXT NOT NULL,
    prepared_by         TEXT,
    on_behalf_of        TEXT,
    secrecy_declared_at INTEGER,
    answers             TEXT NOT NULL,
    answers_version     INTEGER NOT NULL,
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL
) STRICT;
CREATE INDEX dossiers_by_state ON dossiers (state, row);
CREATE INDEX dossiers_by_official_code ON dossiers (official_code) WHERE official_code IS NOT NULL;

-- How many dossiers stand in each state, kept by trigger: counting a million rows costs a third of a second.
CREATE TABLE dossier_counts (
    state TEXT PRIMARY KEY,
    total INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER dossier_counted AFTER INSERT ON dossiers BEGIN
    INSERT INTO dossier_counts (state, total) VALUES (new.state, 1)
        ON CONFLICT (state) DO UPDATE SET total = total + 1;
END;
CREATE TRIGGER dossier_recounted AFTER UPDATE OF state ON dossiers WHEN old.state <> new.state BEGIN
    UPDATE dossier_counts SET total = total - 1 WHERE state = old.state;
    INSERT INTO dossier_counts (state, total) VALUES (new.state, 1)
        ON CONFLICT (state) DO UPDATE SET total = total + 1;
END;
CREATE TRIGGER dossier_uncounted AFTER DELETE ON dossiers BEGIN
    UPDATE dossier_counts SET total = total - 1 WHERE state = old.state;
END;

-- Searchable text, folded by us (marks off, đ as d). rowid = dossiers.row * 2^20 + slot; slot 0 is the dossier's own
-- head, the others are documents.slot, so that descending rowid is newest dossier first without ranking.
CREATE VIRTUAL TABLE search_text USING fts5 (
    folded, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0"
);

CREATE TABLE documents (
    id            BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    dossier       BLOB NOT NULL REFERENCES dossiers (id) ON DELETE CASCADE,
    slot          INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 1048575),
    component     TEXT NOT NULL,
    component_row TEXT,
    position      INTEGER NOT NULL,
    title         TEXT NOT NULL,
    file_name     TEXT,
    kind          TEXT NOT NULL CHECK (kind IN ('pages', 'sealed', 'as_is')),
    originals     INTEGER NOT NULL,
    copies        INTEGER NOT NULL,
    status        TEXT NOT NULL CHECK (status IN ('waiting', 'working', 'done', 'failed')),
    failure       TEXT,
    lease_until   INTEGER,
    attempts      INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    UNIQUE (dossier, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX documents_in_order ON documents (dossier, component, position);
CREATE INDEX documents_to_digitise ON documents (created_at, id) WHERE status IN ('waiting', 'working');

-- The files a document was made from, as they came in, in order.
CREATE TABLE sources (
    document   BLOB NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    blob       BLOB NOT NULL REFERENCES blobs (name),
    file_name  TEXT NOT NULL,
    media_type TEXT NOT NULL,
    PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX sources_by_blob ON sources (blob);

CREATE TABLE pages (
    id       BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    document BLOB NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    source   BLOB NOT NULL REFERENCES blobs (name),
    frame    INTEGER NOT NULL,
    edits    TEXT NOT NULL,
    findings TEXT NOT NULL,
    removed  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pages_in_order ON pages (document, position);
CREATE INDEX pages_by_source ON pages (source);

-- The present rendition of a document: computed, and computable again.
CREATE TABLE renditions (
    document   BLOB NOT NULL PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    recipe     BLOB NOT NULL CHECK (length(recipe) = 32),
    blob       BLOB NOT NULL REFERENCES blobs (name),
    pages      INTEGER NOT NULL,
    text       TEXT NOT NULL,
    report     TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX renditions_by_blob ON renditions (blob);

CREATE TABLE outbox (
    submission      BLOB NOT NULL PRIMARY KEY CHECK (length(submission) = 16),
    dossier         BLOB NOT NULL REFERENCES dossiers (id),
    kind            TEXT NOT NULL CHECK (kind IN ('submit', 'supplement')),
    state           TEXT NOT NULL CHECK (state IN ('pending', 'running', 'waiting', 'quarantined', 'done', 'withdrawn')),
    attempt         INTEGER NOT NULL DEFAULT 0,
    not_before      INTEGER NOT NULL,
    lease_until     INTEGER,
    -- Whether the hub may have it: set before the submission itself is first sent.
    posted          INTEGER NOT NULL DEFAULT 0,
    -- Whether the hub itself refused it for good when it was last sent: the hub does not have it.
    refused         INTEGER NOT NULL DEFAULT 0,
    last_error      TEXT,
    manifest        BLOB NOT NULL,
    manifest_sha256 BLOB NOT NULL CHECK (length(manifest_sha256) = 32),
    payload         TEXT NOT NULL,
    queued_at       INTEGER NOT NULL,
    ended_at        INTEGER
) STRICT, WITHOUT ROWID;
-- A dossier has at most one submission under way.
CREATE UNIQUE INDEX outbox_under_way ON outbox (dossier) WHERE state NOT IN ('done', 'withdrawn');
CREATE INDEX outbox_due ON outbox (not_before, submission) WHERE state IN ('pending', 'running', 'waiting');
CREATE INDEX outbox_by_dossier ON outbox (dossier, queued_at);

CREATE TABLE outbox_files (
    submission    BLOB NOT NULL REFERENCES outbox (submission) ON DELETE CASCADE,
    position      INTEGER NOT NULL,
    blob          BLOB NOT NULL REFERENCES blobs (name),
    component     TEXT NOT NULL,
    component_row TEXT,
    title         TEXT NOT NULL,
    media_type    TEXT NOT NULL,
    -- How often the upload was begun anew: part of what makes each creation known again after a lost answer.
    round         INTEGER NOT NULL DEFAULT 0,
    upload_url    TEXT,
    offset_acked  INTEGER NOT NULL DEFAULT 0,
    done          INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (submission, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_files_by_blob ON outbox_files (blob);

CREATE TABLE receipts (
    submission  BLOB NOT NULL PRIMARY KEY REFERENCES outbox (submission),
    dossier     BLOB NOT NULL REFERENCES dossiers (id),
    code        TEXT NOT NULL,
    json        BLOB NOT NULL,
    received_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_by_dossier ON receipts (dossier, received_at);

-- What the hub told us. A dossier here may be one of the agency's that this computer does not hold: no foreign key.
CREATE TABLE events (
    dossier     BLOB NOT NULL CHECK (length(dossier) = 16),
    seq         INTEGER NOT NULL,
    feed_seq    INTEGER NOT NULL UNIQUE,
    -- Where the dossier stands after it, and under which code.
    state         TEXT NOT NULL,
    official_code TEXT NOT NULL,
    json        TEXT NOT NULL,
    happened_at INTEGER NOT NULL,
    entered_at  INTEGER NOT NULL,
    PRIMARY KEY (dossier, seq)
) STRICT, WITHOUT ROWID;

-- How far the hub's feed has been applied; moved in the transaction that applies the events.
CREATE TABLE event_cursor (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    feed_seq INTEGER NOT NULL
) STRICT;
INSERT INTO event_cursor (only_row, feed_seq) VALUES (1, 0);

CREATE TABLE enrolment (
    only_row       INTEGER PRIMARY KEY CHECK (only_row = 1),
    hub_url        TEXT NOT NULL,
    hub_id         TEXT NOT NULL,
    hub_public_key BLOB NOT NULL CHECK (length(hub_public_key) = 32),
    device         BLOB NOT NULL CHECK (length(device) = 16),
    token          TEXT NOT NULL,
    agency_code    TEXT NOT NULL,
    agency_name    TEXT NOT NULL,
    station        TEXT NOT NULL,
    support_number TEXT NOT NULL,
    enrolled_at    INTEGER NOT NULL
) STRICT;

-- Append-only, hash-chained. The triggers stop mistakes; the chain shows tampering.
CREATE TABLE journal (
    seq     INTEGER PRIMARY KEY,
    dossier BLOB,
    entry   TEXT NOT NULL,
    digest  BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;
CREATE INDEX journal_by_dossier ON journal (dossier, seq) WHERE dossier IS NOT NULL;
CREATE TRIGGER journal_keeps_entries BEFORE DELETE ON journal BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER journal_keeps_words BEFORE UPDATE ON journal BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
