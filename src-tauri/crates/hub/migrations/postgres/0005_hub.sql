-- The tables of SQLite's migrations 1 to 5, as PostgreSQL wants them; there stands what each is for. Texts sort by their bytes.
CREATE TABLE hub (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    id  TEXT NOT NULL
);

CREATE TABLE agencies (
    code        TEXT COLLATE "C" PRIMARY KEY,
    name        TEXT NOT NULL,
    last_cursor BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE enrolment_codes (
    code_sha256  TEXT COLLATE "C" PRIMARY KEY,
    agency       TEXT COLLATE "C" NOT NULL REFERENCES agencies (code),
    created_at   TEXT NOT NULL,
    expires_at   TEXT NOT NULL,
    used_by      TEXT,
    token_sha256 TEXT
);

CREATE TABLE devices (
    number       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agency       TEXT COLLATE "C" NOT NULL REFERENCES agencies (code),
    id           TEXT NOT NULL,
    name         TEXT NOT NULL,
    token_sha256 TEXT NOT NULL UNIQUE,
    enrolled_at  TEXT NOT NULL,
    UNIQUE (agency, id)
);

CREATE TABLE uploads (
    id              TEXT COLLATE "C" PRIMARY KEY,
    agency          TEXT COLLATE "C" NOT NULL REFERENCES agencies (code),
    device          TEXT NOT NULL,
    length          BIGINT NOT NULL,
    "offset"        BIGINT NOT NULL DEFAULT 0 CHECK ("offset" BETWEEN 0 AND length),
    metadata        TEXT NOT NULL,
    expected_sha256 TEXT,
    sha256          TEXT,
    status          TEXT NOT NULL CHECK (status IN ('receiving', 'complete', 'gone')),
    idempotency_key TEXT,
    created_at      TEXT NOT NULL,
    UNIQUE (agency, device, idempotency_key)
);
CREATE INDEX uploads_unfinished ON uploads (id) WHERE status = 'receiving';

CREATE TABLE files (
    agency    TEXT COLLATE "C" NOT NULL REFERENCES agencies (code),
    sha256    TEXT COLLATE "C" NOT NULL,
    size      BIGINT NOT NULL,
    stored_at TEXT NOT NULL,
    PRIMARY KEY (agency, sha256)
);

CREATE TABLE code_counters (
    agency TEXT COLLATE "C" NOT NULL REFERENCES agencies (code),
    day    TEXT COLLATE "C" NOT NULL,
    last   BIGINT NOT NULL,
    PRIMARY KEY (agency, day)
);

CREATE TABLE dossiers (
    number           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agency           TEXT COLLATE "C" NOT NULL REFERENCES agencies (code),
    id               TEXT COLLATE "C" NOT NULL,
    code             TEXT COLLATE "C" NOT NULL UNIQUE,
    provisional_code TEXT NOT NULL,
    procedure_code   TEXT NOT NULL,
    applicant        TEXT NOT NULL,
    state            TEXT NOT NULL,
    received_at      TEXT NOT NULL,
    content_sha256   TEXT NOT NULL,
    manifest         TEXT NOT NULL,
    answers          TEXT NOT NULL,
    events           BIGINT NOT NULL DEFAULT 0,
    review           TEXT,
    UNIQUE (agency, id)
);
CREATE INDEX dossiers_by_agency ON dossiers (agency, number);

CREATE TABLE submissions (
    agency          TEXT COLLATE "C" NOT NULL,
    id              TEXT COLLATE "C" NOT NULL,
    dossier         TEXT COLLATE "C" NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    receipt         TEXT NOT NULL,
    PRIMARY KEY (agency, id),
    FOREIGN KEY (agency, dossier) REFERENCES dossiers (agency, id)
);

CREATE TABLE events (
    agency  TEXT COLLATE "C" NOT NULL,
    cursor  BIGINT NOT NULL,
    dossier TEXT COLLATE "C" NOT NULL,
    seq     BIGINT NOT NULL,
    code    TEXT NOT NULL,
    state   TEXT NOT NULL,
    event   TEXT NOT NULL,
    PRIMARY KEY (agency, cursor),
    UNIQUE (agency, dossier, seq),
    FOREIGN KEY (agency, dossier) REFERENCES dossiers (agency, id)
);

CREATE TABLE catalogue_publications (
    version      BIGINT PRIMARY KEY,
    published_at TEXT NOT NULL,
    published_by TEXT NOT NULL
);

CREATE TABLE catalogue (
    kind     TEXT COLLATE "C" NOT NULL,
    code     TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    sha256   TEXT COLLATE "C" NOT NULL UNIQUE,
    body     BYTEA NOT NULL,
    version  BIGINT NOT NULL REFERENCES catalogue_publications (version),
    PRIMARY KEY (kind, code, revision)
);

CREATE TABLE dossier_files (
    agency  TEXT COLLATE "C" NOT NULL,
    sha256  TEXT COLLATE "C" NOT NULL,
    dossier TEXT COLLATE "C" NOT NULL,
    title   TEXT NOT NULL,
    PRIMARY KEY (agency, sha256, dossier),
    FOREIGN KEY (agency, dossier) REFERENCES dossiers (agency, id)
);

CREATE TABLE no_paper_lists (
    department  TEXT COLLATE "C" NOT NULL,
    revision    BIGINT NOT NULL,
    sha256      TEXT COLLATE "C" NOT NULL UNIQUE,
    agency      TEXT COLLATE "C" NOT NULL REFERENCES agencies (code),
    body        BYTEA NOT NULL,
    received_at TEXT NOT NULL,
    receipt     TEXT NOT NULL,
    PRIMARY KEY (department, revision)
);

CREATE TABLE no_paper_applied (
    sha256     TEXT COLLATE "C" NOT NULL REFERENCES no_paper_lists (sha256),
    agency     TEXT COLLATE "C" NOT NULL,
    device     TEXT COLLATE "C" NOT NULL,
    station    TEXT COLLATE "C" NOT NULL,
    applied_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (sha256, agency, device)
);
