-- Every combination of the attributes with few values that a finding ever had: see traitAttributes.
CREATE TABLE traits (
	id    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	attrs TEXT NOT NULL
);

ALTER TABLE findings ADD COLUMN trait BIGINT NOT NULL DEFAULT 0;

CREATE TABLE trait_texts AS SELECT a.n, (
	SELECT coalesce(jsonb_object_agg(v.key, v.value), '{}')::text FROM jsonb_each(a.attrs) v WHERE v.key IN (
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
		'service.resourcerole')
) AS attrs FROM finding_attrs a;

INSERT INTO traits (attrs) SELECT DISTINCT attrs FROM trait_texts;
UPDATE findings SET trait = t.id FROM trait_texts x JOIN traits t ON t.attrs = x.attrs WHERE x.n = findings.n;
DROP TABLE trait_texts;
CREATE UNIQUE INDEX traits_attrs ON traits (md5(attrs)); -- they may be longer than what an index takes
ALTER TABLE findings ALTER COLUMN trait DROP DEFAULT;

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
