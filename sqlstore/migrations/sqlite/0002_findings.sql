-- Findings. A row is its owner's finding and, where a relation is stamped on it, its administrator's copy too; with frozen_at
-- it is the administrator's copy alone.

-- Who holds findings: an account in a region. What an account purges stays with a holder that is gone (1) until it is swept
-- (2).
CREATE TABLE holders (
	id      INTEGER PRIMARY KEY,
	account TEXT NOT NULL,
	region  TEXT NOT NULL,
	gone    INTEGER NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX holders_account ON holders (account, region) WHERE gone = 0;
CREATE INDEX holders_accounts ON holders (account);
CREATE INDEX holders_gone ON holders (id) WHERE gone = 1;

-- Every pair of type and severity that a finding ever had.
CREATE TABLE kinds (
	id       INTEGER PRIMARY KEY,
	type     TEXT NOT NULL,
	severity REAL NOT NULL,
	UNIQUE (type, severity)
);

CREATE TABLE findings (
	n              INTEGER PRIMARY KEY,
	owner          INTEGER NOT NULL,
	administrator  INTEGER NOT NULL, -- 0 if none
	relation       TEXT NOT NULL,
	frozen_at      INTEGER NOT NULL, -- 0 while it is the owner's
	id             TEXT NOT NULL,
	digest         TEXT NOT NULL, -- of type and aggregation key
	kind           INTEGER NOT NULL,
	severity       REAL NOT NULL,
	created_at     INTEGER NOT NULL,
	updated_at     INTEGER NOT NULL,
	day            INTEGER NOT NULL, -- of updated_at
	place          INTEGER NOT NULL, -- stands for account and resource in indexes; 0 if it is about none, or several
	resource_type  TEXT NOT NULL,
	resource       TEXT NOT NULL, -- its id
	archived       INTEGER NOT NULL,
	feedback       TEXT NOT NULL,
	comments       TEXT NOT NULL,
	admin_archived INTEGER NOT NULL,
	admin_feedback TEXT NOT NULL,
	admin_comments TEXT NOT NULL
);

CREATE UNIQUE INDEX own_id ON findings (owner, id) WHERE frozen_at = 0;
CREATE INDEX own_digest ON findings (owner, digest) WHERE frozen_at = 0;
CREATE INDEX admin_id ON findings (administrator, id) WHERE administrator > 0;
CREATE INDEX findings_age ON findings (updated_at);

-- What lists and statistics read in order, for an owner and for an administrator.
CREATE INDEX own_updated ON findings (owner, archived, updated_at, id, kind) WHERE frozen_at = 0;
CREATE INDEX own_severity ON findings (owner, archived, severity, day, updated_at, id, kind) WHERE frozen_at = 0;
CREATE INDEX own_kind ON findings (owner, archived, kind, updated_at, id) WHERE frozen_at = 0;
CREATE INDEX own_place ON findings (owner, place, archived, updated_at, kind) WHERE frozen_at = 0;
CREATE INDEX admin_updated ON findings (administrator, admin_archived, updated_at, id, kind, owner) WHERE administrator > 0;
CREATE INDEX admin_severity ON findings (administrator, admin_archived, severity, day, updated_at, id, kind, owner) WHERE administrator > 0;
CREATE INDEX admin_kind ON findings (administrator, admin_archived, kind, updated_at, id, owner) WHERE administrator > 0;
CREATE INDEX admin_place ON findings (administrator, owner, place, admin_archived, updated_at, kind) WHERE administrator > 0;

-- Every attribute that criteria can ask for, each with its values.
CREATE TABLE finding_attrs (
	n     INTEGER PRIMARY KEY,
	attrs BLOB NOT NULL
);

-- The values that people look for, of the attributes that type hot numbers.
CREATE TABLE finding_values (
	path  INTEGER NOT NULL,
	value TEXT NOT NULL,
	n     INTEGER NOT NULL,
	PRIMARY KEY (path, value, n)
) WITHOUT ROWID;

-- The whole finding with its evidence: JSON in zstd.
CREATE TABLE finding_docs (
	n   INTEGER PRIMARY KEY,
	doc BLOB NOT NULL
);
