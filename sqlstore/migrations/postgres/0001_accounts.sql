-- What the service keeps of accounts beside their findings.

-- Locked, never written: see the two ways that an update begins.
CREATE TABLE writers ();

CREATE TABLE documents (
	kind    TEXT COLLATE "C" NOT NULL,
	account TEXT COLLATE "C" NOT NULL,
	region  TEXT COLLATE "C" NOT NULL,
	id      TEXT COLLATE "C" NOT NULL,
	body    TEXT NOT NULL,
	PRIMARY KEY (kind, account, region, id)
);

CREATE INDEX documents_account ON documents (account, region, kind);

CREATE TABLE members (
	administrator TEXT COLLATE "C" NOT NULL,
	region        TEXT COLLATE "C" NOT NULL,
	account       TEXT COLLATE "C" NOT NULL,
	email         TEXT COLLATE "C" NOT NULL,
	status        TEXT COLLATE "C" NOT NULL,
	mode          TEXT COLLATE "C" NOT NULL,
	detector      TEXT COLLATE "C" NOT NULL,
	relation      TEXT COLLATE "C" NOT NULL,
	created_at    BIGINT NOT NULL,
	updated_at    BIGINT NOT NULL,
	invitation    TEXT COLLATE "C" NOT NULL,
	invited_at    BIGINT NOT NULL,
	message       TEXT NOT NULL,
	deleted       BOOLEAN NOT NULL,
	mail          TEXT COLLATE "C" NOT NULL,
	mail_at       BIGINT NOT NULL,
	mail_detail   TEXT NOT NULL,
	history       TEXT NOT NULL,
	PRIMARY KEY (administrator, region, account)
);

CREATE INDEX members_associated ON members (administrator, region, account) WHERE status IN ('Enabled', 'Disabled');
CREATE INDEX members_status ON members (administrator, region, status);
CREATE INDEX members_inviters ON members (account, region, invited_at, administrator);

CREATE TABLE relations (
	id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	administrator TEXT COLLATE "C" NOT NULL,
	region        TEXT COLLATE "C" NOT NULL,
	account       TEXT COLLATE "C" NOT NULL,
	started_at    BIGINT NOT NULL,
	ended_at      BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE outbox (
	kind     TEXT COLLATE "C" NOT NULL,
	id       TEXT COLLATE "C" NOT NULL,
	due      BIGINT NOT NULL,
	attempts BIGINT NOT NULL,
	body     TEXT NOT NULL,
	PRIMARY KEY (kind, id)
);

CREATE INDEX outbox_due ON outbox (kind, due, id);

CREATE TABLE audit (
	seq     BIGINT NOT NULL PRIMARY KEY,
	time    BIGINT NOT NULL,
	account TEXT COLLATE "C" NOT NULL,
	region  TEXT COLLATE "C" NOT NULL,
	event   TEXT NOT NULL,
	hash    TEXT COLLATE "C" NOT NULL
);

CREATE INDEX audit_account ON audit (account, seq);
