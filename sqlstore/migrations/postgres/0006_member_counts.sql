-- It answers too whether one of the members changed: see MemberCount.
DROP INDEX members_status;
CREATE INDEX members_status ON members (administrator, region, status, updated_at, mail_at);
