-- What the service keeps of accounts beside their findings.

CREATE TABLE documents (
	kind    TEXT NOT NULL,
	account TEXT NOT NULL,
	region  TEXT NOT NULL,
	id      TEXT NOT NULL,
	body    TEXT NOT NULL,
	PRIMARY KEY (kind, account, region, id)
) WITHOUT ROWID;

CREATE INDEX documents_account ON documents (account, region, kind);

CREATE TABLE members (
	administrator TEXT NOT NULL,
	region        TEXT NOT NULL,
	account       TEXT NOT NULL,
	email         TEXT NOT NULL,
	status        TEXT NOT NULL,
	mode          TEXT NOT NULL,
	detector      TEXT NOT NULL,
	relation      TEXT NOT NULL,
	created_at    INTEGER NOT NULL,
	updated_at    INTEGER NOT NULL,
	invitation    TEXT NOT NULL,
	invited_at    INTEGER NOT NULL,
	message       TEXT NOT NULL,
	deleted       INTEGER NOT NULL,
	mail          TEXT NOT NULL,
	mail_at       INTEGER NOT NULL,
	mail_detail   TEXT NOT NULL,
	history       TEXT NOT NULL,
	PRIMARY KEY (administrator, region, account)
) WITHOUT ROWID;

CREATE INDEX members_associated ON members (administrator, region, account) WHERE status IN ('Enabled', 'Disabled');
CREATE INDEX members_status ON members (administrator, region, status);
CREATE INDEX members_inviters ON members (account, region, invited_at, administrator);

CREATE TABLE relations (
	id            TEXT NOT NULL PRIMARY KEY,
	administrator TEXT NOT NULL,
	region        TEXT NOT NULL,
	account       TEXT NOT NULL,
	started_at    INTEGER NOT NULL,
	ended_at      INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE outbox (
	kind     TEXT NOT NULL,
	id       TEXT NOT NULL,
	due      INTEGER NOT NULL,
	attempts INTEGER NOT NULL,
	body     TEXT NOT NULL,
	PRIMARY KEY (kind, id)
) WITHOUT ROWID;

CREATE INDEX outbox_due ON outbox (kind, due, id);

CREATE TABLE audit (
	seq     INTEGER NOT NULL PRIMARY KEY,
	time    INTEGER NOT NULL,
	account TEXT NOT NULL,
	region  TEXT NOT NULL,
	event   TEXT NOT NULL,
	hash    TEXT NOT NULL
);

CREATE INDEX audit_account ON audit (account, seq);
