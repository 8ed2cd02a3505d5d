-- Every combination of the attributes with few values that a finding ever had: see traitAttributes.
CREATE TABLE traits (
	id    INTEGER PRIMARY KEY,
	attrs TEXT NOT NULL UNIQUE
);

ALTER TABLE findings ADD COLUMN trait INTEGER NOT NULL DEFAULT 0;

CREATE TABLE trait_texts AS SELECT a.n, (
	SELECT json_group_object(v.key, json(v.value)) FROM (SELECT key, value FROM json_each(json(a.attrs)) WHERE key IN (
		'resource.resourcetype', 'service.action.actiontype',
		'service.action.awsapicallaction.remoteipdetails.country.countrycode',
		'service.action.awsapicallaction.remoteipdetails.country.countryname',
		'service.action.kubernetesapicallaction.remoteipdetails.country.countrycode',
		'service.action.kubernetesapicallaction.remoteipdetails.country.countryname',
		'service.action.networkconnectionaction.connectiondirection',
		'service.action.networkconnectionaction.remoteipdetails.country.countrycode',
		'service.action.networkconnectionaction.remoteipdetails.country.countryname',
		'service.action.rdsloginattemptaction.remoteipdetails.country.countrycode',
		'service.action.rdsloginattemptaction.remoteipdetails.country.countryname',
		'service.resourcerole') ORDER BY key) v
) AS attrs FROM finding_attrs a;

INSERT INTO traits (attrs) SELECT DISTINCT attrs FROM trait_texts;
UPDATE findings SET trait = t.id FROM trait_texts x JOIN traits t ON t.attrs = x.attrs WHERE x.n = findings.n;
DROP TABLE trait_texts;

-- Every index answers what is asked of traits, and, but for one, of resources.
DROP INDEX own_updated;
DROP INDEX own_severity;
DROP INDEX own_kind;
DROP INDEX own_place;
DROP INDEX admin_updated;
DROP INDEX admin_severity;
DROP INDEX admin_kind;
DROP INDEX admin_place;
CREATE INDEX own_updated ON findings (owner, archived, updated_at, id, kind, trait, place) WHERE frozen_at = 0;
CREATE INDEX own_severity ON findings (owner, archived, severity, day, updated_at, id, kind, trait) WHERE frozen_at = 0;
CREATE INDEX own_kind ON findings (owner, archived, kind, updated_at, id, trait, place) WHERE frozen_at = 0;
CREATE INDEX own_place ON findings (owner, place, archived, updated_at, kind, trait) WHERE frozen_at = 0;
CREATE INDEX own_trait ON findings (owner, trait, archived, kind, updated_at, place) WHERE frozen_at = 0;
CREATE INDEX admin_updated ON findings (administrator, admin_archived, updated_at, id, kind, trait, owner, place) WHERE administrator > 0;
CREATE INDEX admin_severity ON findings (administrator, admin_archived, severity, day, updated_at, id, kind, trait, owner) WHERE administrator > 0;
CREATE INDEX admin_kind ON findings (administrator, admin_archived, kind, updated_at, id, trait, owner, place) WHERE administrator > 0;
CREATE INDEX admin_place ON findings (administrator, owner, place, admin_archived, updated_at, kind, trait) WHERE administrator > 0;
CREATE INDEX admin_trait ON findings (administrator, trait, admin_archived, kind, updated_at, owner, place) WHERE administrator > 0;

-- How many findings there are by trait: of each kind, and of each severity and day.
CREATE TABLE trait_kind_counts (
	side     INTEGER NOT NULL,
	viewer   INTEGER NOT NULL,
	trait    INTEGER NOT NULL,
	archived INTEGER NOT NULL,
	kind     INTEGER NOT NULL,
	n        INTEGER NOT NULL,
	PRIMARY KEY (side, viewer, trait, archived, kind)
) WITHOUT ROWID;

CREATE TABLE trait_day_counts (
	side     INTEGER NOT NULL,
	viewer   INTEGER NOT NULL,
	trait    INTEGER NOT NULL,
	archived INTEGER NOT NULL,
	severity REAL NOT NULL,
	day      INTEGER NOT NULL,
	n        INTEGER NOT NULL,
	PRIMARY KEY (side, viewer, trait, archived, severity, day)
) WITHOUT ROWID;

INSERT INTO trait_kind_counts SELECT 0, owner, trait, archived, kind, count(*) FROM findings WHERE frozen_at = 0 GROUP BY owner, trait, archived, kind;
INSERT INTO trait_kind_counts SELECT 1, administrator, trait, admin_archived, kind, count(*) FROM findings WHERE administrator > 0
	GROUP BY administrator, trait, admin_archived, kind;
INSERT INTO trait_day_counts SELECT 0, owner, trait, archived, severity, day, count(*) FROM findings WHERE frozen_at = 0
	GROUP BY owner, trait, archived, severity, day;
INSERT INTO trait_day_counts SELECT 1, administrator, trait, admin_archived, severity, day, count(*) FROM findings WHERE administrator > 0
	GROUP BY administrator, trait, admin_archived, severity, day;

DROP TRIGGER finding_added;
DROP TRIGGER finding_removed;
DROP TRIGGER finding_changed;
DROP TRIGGER count_change;
DROP VIEW count_changes;

-- A change of a count, by one more finding or one less; and of those that know days.
CREATE VIEW count_changes AS SELECT 0 AS side, 0 AS viewer, 0 AS owner, 0 AS archived, 0 AS kind, 0 AS trait, 0.0 AS severity, 0 AS day, 0 AS place, 0 AS n WHERE 0;
CREATE VIEW day_changes AS SELECT 0 AS side, 0 AS viewer, 0 AS archived, 0 AS kind, 0 AS trait, 0.0 AS severity, 0 AS day, 0 AS n WHERE 0;

CREATE TRIGGER day_change INSTEAD OF INSERT ON day_changes BEGIN
	INSERT INTO kind_counts VALUES (NEW.side, NEW.viewer, NEW.archived, NEW.kind, NEW.day, NEW.n)
		ON CONFLICT DO UPDATE SET n = n + excluded.n;
	DELETE FROM kind_counts WHERE NEW.n < 0 AND side = NEW.side AND viewer = NEW.viewer AND archived = NEW.archived
		AND kind = NEW.kind AND day = NEW.day AND n = 0;
	INSERT INTO trait_day_counts VALUES (NEW.side, NEW.viewer, NEW.trait, NEW.archived, NEW.severity, NEW.day, NEW.n)
		ON CONFLICT DO UPDATE SET n = n + excluded.n;
	DELETE FROM trait_day_counts WHERE NEW.n < 0 AND side = NEW.side AND viewer = NEW.viewer AND trait = NEW.trait
		AND archived = NEW.archived AND severity = NEW.severity AND day = NEW.day AND n = 0;
END;

CREATE TRIGGER count_change INSTEAD OF INSERT ON count_changes BEGIN
	INSERT INTO day_changes VALUES (NEW.side, NEW.viewer, NEW.archived, NEW.kind, NEW.trait, NEW.severity, NEW.day, NEW.n);
	INSERT INTO trait_kind_counts VALUES (NEW.side, NEW.viewer, NEW.trait, NEW.archived, NEW.kind, NEW.n)
		ON CONFLICT DO UPDATE SET n = n + excluded.n;
	DELETE FROM trait_kind_counts WHERE NEW.n < 0 AND side = NEW.side AND viewer = NEW.viewer AND trait = NEW.trait
		AND archived = NEW.archived AND kind = NEW.kind AND n = 0;
	INSERT INTO place_counts SELECT NEW.side, NEW.viewer, NEW.owner, NEW.place, NEW.n, NEW.n * (1 - NEW.archived) WHERE NEW.place > 0
		ON CONFLICT DO UPDATE SET total = total + excluded.total, current = current + excluded.current;
	DELETE FROM place_counts WHERE NEW.n < 0 AND side = NEW.side AND viewer = NEW.viewer AND owner = NEW.owner
		AND place = NEW.place AND total = 0;
	INSERT INTO owner_counts SELECT NEW.viewer, NEW.owner, NEW.n, NEW.n * (1 - NEW.archived) WHERE NEW.side = 1
		ON CONFLICT DO UPDATE SET total = total + excluded.total, current = current + excluded.current;
	DELETE FROM owner_counts WHERE NEW.n < 0 AND NEW.side = 1 AND viewer = NEW.viewer AND owner = NEW.owner AND total = 0;
END;

CREATE TRIGGER finding_added AFTER INSERT ON findings BEGIN
	INSERT INTO count_changes SELECT 0, NEW.owner, NEW.owner, NEW.archived, NEW.kind, NEW.trait, NEW.severity, NEW.day, NEW.place, 1 WHERE NEW.frozen_at = 0;
	INSERT INTO count_changes SELECT 1, NEW.administrator, NEW.owner, NEW.admin_archived, NEW.kind, NEW.trait, NEW.severity, NEW.day, NEW.place, 1 WHERE NEW.administrator > 0;
END;

CREATE TRIGGER finding_removed AFTER DELETE ON findings BEGIN
	INSERT INTO count_changes SELECT 0, OLD.owner, OLD.owner, OLD.archived, OLD.kind, OLD.trait, OLD.severity, OLD.day, OLD.place, -1 WHERE OLD.frozen_at = 0;
	INSERT INTO count_changes SELECT 1, OLD.administrator, OLD.owner, OLD.admin_archived, OLD.kind, OLD.trait, OLD.severity, OLD.day, OLD.place, -1 WHERE OLD.administrator > 0;
END;

CREATE TRIGGER finding_changed AFTER UPDATE ON findings
WHEN (OLD.owner, OLD.administrator, OLD.frozen_at = 0, OLD.kind, OLD.trait, OLD.severity, OLD.place, OLD.archived, OLD.admin_archived)
	<> (NEW.owner, NEW.administrator, NEW.frozen_at = 0, NEW.kind, NEW.trait, NEW.severity, NEW.place, NEW.archived, NEW.admin_archived)
BEGIN
	INSERT INTO count_changes SELECT 0, OLD.owner, OLD.owner, OLD.archived, OLD.kind, OLD.trait, OLD.severity, OLD.day, OLD.place, -1 WHERE OLD.frozen_at = 0;
	INSERT INTO count_changes SELECT 1, OLD.administrator, OLD.owner, OLD.admin_archived, OLD.kind, OLD.trait, OLD.severity, OLD.day, OLD.place, -1 WHERE OLD.administrator > 0;
	INSERT INTO count_changes SELECT 0, NEW.owner, NEW.owner, NEW.archived, NEW.kind, NEW.trait, NEW.severity, NEW.day, NEW.place, 1 WHERE NEW.frozen_at = 0;
	INSERT INTO count_changes SELECT 1, NEW.administrator, NEW.owner, NEW.admin_archived, NEW.kind, NEW.trait, NEW.severity, NEW.day, NEW.place, 1 WHERE NEW.administrator > 0;
END;

-- What an update changes most often is the day.
CREATE TRIGGER finding_moved AFTER UPDATE ON findings
WHEN OLD.day <> NEW.day AND (OLD.owner, OLD.administrator, OLD.frozen_at = 0, OLD.kind, OLD.trait, OLD.severity, OLD.place, OLD.archived, OLD.admin_archived)
	= (NEW.owner, NEW.administrator, NEW.frozen_at = 0, NEW.kind, NEW.trait, NEW.severity, NEW.place, NEW.archived, NEW.admin_archived)
BEGIN
	INSERT INTO day_changes SELECT 0, OLD.owner, OLD.archived, OLD.kind, OLD.trait, OLD.severity, OLD.day, -1 WHERE OLD.frozen_at = 0;
	INSERT INTO day_changes SELECT 1, OLD.administrator, OLD.admin_archived, OLD.kind, OLD.trait, OLD.severity, OLD.day, -1 WHERE OLD.administrator > 0;
	INSERT INTO day_changes SELECT 0, NEW.owner, NEW.archived, NEW.kind, NEW.trait, NEW.severity, NEW.day, 1 WHERE NEW.frozen_at = 0;
	INSERT INTO day_changes SELECT 1, NEW.administrator, NEW.admin_archived, NEW.kind, NEW.trait, NEW.severity, NEW.day, 1 WHERE NEW.administrator > 0;
END;
