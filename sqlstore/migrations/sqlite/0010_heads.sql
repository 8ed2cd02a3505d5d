-- What statistics ask of findings, packed: the heads of those that a viewer sees on a side, 512 that have neighbouring numbers to a
-- row. Triggers keep them true.
CREATE TABLE finding_heads (
	key  INTEGER PRIMARY KEY, -- of viewer, side and numbers, see headsKey
	body BLOB NOT NULL
);

INSERT INTO finding_heads SELECT (owner * 2 << 32) + (n >> 9) AS key,
		picket_heads(picket_head(n, archived, feedback, kind, trait, owner, updated_at, place))
	FROM findings WHERE frozen_at = 0 GROUP BY 1 ORDER BY 1;
INSERT INTO finding_heads SELECT ((administrator * 2 + 1) << 32) + (n >> 9) AS key,
		picket_heads(picket_head(n, admin_archived, admin_feedback, kind, trait, owner, updated_at, place))
	FROM findings WHERE administrator > 0 GROUP BY 1 ORDER BY 1;

CREATE TRIGGER head_added AFTER INSERT ON findings BEGIN
	INSERT INTO finding_heads SELECT (NEW.owner * 2 << 32) + (NEW.n >> 9),
			picket_head(NEW.n, NEW.archived, NEW.feedback, NEW.kind, NEW.trait, NEW.owner, NEW.updated_at, NEW.place)
		WHERE NEW.frozen_at = 0 ON CONFLICT DO UPDATE SET body = picket_with_head(body, excluded.body);
	INSERT INTO finding_heads SELECT ((NEW.administrator * 2 + 1) << 32) + (NEW.n >> 9),
			picket_head(NEW.n, NEW.admin_archived, NEW.admin_feedback, NEW.kind, NEW.trait, NEW.owner, NEW.updated_at, NEW.place)
		WHERE NEW.administrator > 0 ON CONFLICT DO UPDATE SET body = picket_with_head(body, excluded.body);
END;

CREATE TRIGGER head_removed AFTER DELETE ON findings BEGIN
	UPDATE finding_heads SET body = picket_without_head(body, OLD.n)
		WHERE key IN ((OLD.owner * 2 << 32) + (OLD.n >> 9), ((OLD.administrator * 2 + 1) << 32) + (OLD.n >> 9));
	DELETE FROM finding_heads
		WHERE key IN ((OLD.owner * 2 << 32) + (OLD.n >> 9), ((OLD.administrator * 2 + 1) << 32) + (OLD.n >> 9)) AND length(body) = 0;
END;

CREATE TRIGGER head_changed AFTER UPDATE ON findings
WHEN (OLD.owner, OLD.administrator, OLD.frozen_at = 0, OLD.kind, OLD.trait, OLD.updated_at, OLD.place,
		OLD.archived, OLD.feedback, OLD.admin_archived, OLD.admin_feedback)
	<> (NEW.owner, NEW.administrator, NEW.frozen_at = 0, NEW.kind, NEW.trait, NEW.updated_at, NEW.place,
		NEW.archived, NEW.feedback, NEW.admin_archived, NEW.admin_feedback)
BEGIN
	UPDATE finding_heads SET body = picket_without_head(body, OLD.n)
		WHERE (OLD.owner, OLD.administrator, OLD.frozen_at = 0) <> (NEW.owner, NEW.administrator, NEW.frozen_at = 0)
		AND key IN ((OLD.owner * 2 << 32) + (OLD.n >> 9), ((OLD.administrator * 2 + 1) << 32) + (OLD.n >> 9));
	DELETE FROM finding_heads
		WHERE (OLD.owner, OLD.administrator, OLD.frozen_at = 0) <> (NEW.owner, NEW.administrator, NEW.frozen_at = 0)
		AND key IN ((OLD.owner * 2 << 32) + (OLD.n >> 9), ((OLD.administrator * 2 + 1) << 32) + (OLD.n >> 9)) AND length(body) = 0;
	INSERT INTO finding_heads SELECT (NEW.owner * 2 << 32) + (NEW.n >> 9),
			picket_head(NEW.n, NEW.archived, NEW.feedback, NEW.kind, NEW.trait, NEW.owner, NEW.updated_at, NEW.place)
		WHERE NEW.frozen_at = 0 ON CONFLICT DO UPDATE SET body = picket_with_head(body, excluded.body);
	INSERT INTO finding_heads SELECT ((NEW.administrator * 2 + 1) << 32) + (NEW.n >> 9),
			picket_head(NEW.n, NEW.admin_archived, NEW.admin_feedback, NEW.kind, NEW.trait, NEW.owner, NEW.updated_at, NEW.place)
		WHERE NEW.administrator > 0 ON CONFLICT DO UPDATE SET body = picket_with_head(body, excluded.body);
END;

-- Which values findings have of the attributes that columned numbers, packed: those of an attribute, of 512 findings that have
-- neighbouring numbers, in a row.
CREATE TABLE finding_columns (
	key  INTEGER PRIMARY KEY, -- of attribute and numbers, see columnKey
	body BLOB NOT NULL
);

WITH columned (attribute, number) AS (VALUES
	('resource.accesskeydetails.accesskeyid', 1),
	('resource.accesskeydetails.principalid', 2),
	('resource.accesskeydetails.username', 3),
	('resource.instancedetails.instanceid', 4),
	('resource.instancedetails.networkinterfaces.publicip', 5),
	('resource.s3bucketdetails.name', 6),
	('resource.eksclusterdetails.name', 7),
	('resource.lambdadetails.functionname', 8),
	('resource.rdsdbinstancedetails.dbinstanceidentifier', 9),
	('resource.rdsdbuserdetails.user', 10),
	('service.action.awsapicallaction.remoteipdetails.ipaddressv4', 11),
	('service.action.awsapicallaction.remoteipdetails.ipaddressv6', 12),
	('service.action.networkconnectionaction.remoteipdetails.ipaddressv4', 13),
	('service.action.networkconnectionaction.remoteipdetails.ipaddressv6', 14),
	('service.action.portprobeaction.portprobedetails.remoteipdetails.ipaddressv4', 15),
	('service.action.portprobeaction.portprobedetails.remoteipdetails.ipaddressv6', 16),
	('service.action.kubernetesapicallaction.remoteipdetails.ipaddressv4', 17),
	('service.action.kubernetesapicallaction.remoteipdetails.ipaddressv6', 18),
	('service.action.rdsloginattemptaction.remoteipdetails.ipaddressv4', 19),
	('service.action.rdsloginattemptaction.remoteipdetails.ipaddressv6', 20),
	('service.action.dnsrequestaction.domain', 21),
	('service.action.awsapicallaction.domaindetails.domain', 22),
	('resource.accesskeydetails.usertype', 23),
	('resource.instancedetails.iaminstanceprofile.arn', 24),
	('resource.instancedetails.iaminstanceprofile.id', 25),
	('resource.instancedetails.imageid', 26),
	('resource.instancedetails.networkinterfaces.ipv6addresses', 27),
	('resource.instancedetails.networkinterfaces.privateipaddress', 28),
	('resource.instancedetails.networkinterfaces.privateipaddresses.privateipaddress', 29),
	('resource.instancedetails.networkinterfaces.publicdnsname', 30),
	('resource.instancedetails.networkinterfaces.securitygroups.groupid', 31),
	('resource.instancedetails.networkinterfaces.securitygroups.groupname', 32),
	('resource.instancedetails.networkinterfaces.subnetid', 33),
	('resource.instancedetails.networkinterfaces.vpcid', 34),
	('resource.instancedetails.tags.key', 35),
	('resource.instancedetails.tags.value', 36),
	('resource.s3bucketdetails.tags.key', 37),
	('resource.s3bucketdetails.tags.value', 38),
	('resource.eksclusterdetails.tags.key', 39),
	('resource.eksclusterdetails.tags.value', 40),
	('resource.ecsclusterdetails.tags.key', 41),
	('resource.ecsclusterdetails.tags.value', 42),
	('resource.lambdadetails.tags.key', 43),
	('resource.lambdadetails.tags.value', 44),
	('resource.containerdetails.image', 45),
	('resource.kubernetesdetails.kubernetesuserdetails.username', 46),
	('resource.kubernetesdetails.kubernetesworkloaddetails.name', 47),
	('resource.kubernetesdetails.kubernetesworkloaddetails.namespace', 48),
	('service.action.awsapicallaction.api', 49),
	('service.action.awsapicallaction.callertype', 50),
	('service.action.awsapicallaction.servicename', 51),
	('service.action.awsapicallaction.remoteipdetails.city.cityname', 52),
	('service.action.awsapicallaction.remoteipdetails.organization.asn', 53),
	('service.action.awsapicallaction.remoteipdetails.organization.asnorg', 54),
	('service.action.networkconnectionaction.remoteipdetails.city.cityname', 55),
	('service.action.networkconnectionaction.remoteipdetails.organization.asn', 56),
	('service.action.networkconnectionaction.remoteipdetails.organization.asnorg', 57),
	('service.action.portprobeaction.portprobedetails.remoteipdetails.city.cityname', 58),
	('service.action.portprobeaction.portprobedetails.remoteipdetails.organization.asn', 59),
	('service.action.portprobeaction.portprobedetails.remoteipdetails.organization.asnorg', 60),
	('service.action.kubernetesapicallaction.remoteipdetails.city.cityname', 61),
	('service.action.kubernetesapicallaction.remoteipdetails.organization.asn', 62),
	('service.action.kubernetesapicallaction.remoteipdetails.organization.asnorg', 63),
	('service.action.rdsloginattemptaction.remoteipdetails.city.cityname', 64),
	('service.action.rdsloginattemptaction.remoteipdetails.organization.asn', 65),
	('service.action.rdsloginattemptaction.remoteipdetails.organization.asnorg', 66),
	('service.action.dnsrequestaction.domainwithsuffix', 67),
	('service.action.networkconnectionaction.blocked', 68),
	('service.action.networkconnectionaction.protocol', 69),
	('service.action.networkconnectionaction.localportdetails.port', 70),
	('service.action.networkconnectionaction.remoteportdetails.port', 71),
	('service.action.portprobeaction.portprobedetails.localportdetails.port', 72),
	('service.additionalinfo.threatlistname', 73),
	('service.ebsvolumescandetails.scanid', 74),
	('service.evidence.threatintelligencedetails.threatlistname', 75),
	('createdat', 101),
	('service.count', 102),
	('service.eventfirstseen', 103),
	('service.eventlastseen', 104),
	('service.featurename', 105),
	('service.action.awsapicallaction.errorcode', 106),
	('service.action.awsapicallaction.useragent', 107),
	('service.action.awsapicallaction.remoteipdetails.organization.isp', 108),
	('service.action.awsapicallaction.remoteipdetails.organization.org', 109),
	('service.action.networkconnectionaction.remoteipdetails.organization.isp', 110),
	('service.action.networkconnectionaction.remoteipdetails.organization.org', 111),
	('resource.accesskeydetails.useridentity.type', 112),
	('resource.accesskeydetails.useridentity.arn', 113),
	('resource.accesskeydetails.useridentity.accountid', 114),
	('resource.accesskeydetails.useridentity.sessioncontext.attributes.mfaauthenticated', 115),
	('resource.instancedetails.instancetype', 116),
	('resource.s3bucketdetails.type', 117),
	('confidence', 118)
)
INSERT INTO finding_columns SELECT (c.number << 32) + (a.n >> 9) AS key, picket_column(a.n, e.value)
	FROM finding_attrs a, json_each(json(a.attrs)) e JOIN columned c ON c.attribute = e.key GROUP BY 1 ORDER BY 1;
