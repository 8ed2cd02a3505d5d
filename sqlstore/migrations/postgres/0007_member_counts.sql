-- How many members an administrator has, and what changes with each of them, by status: see MemberCount. It is counted when it is
-- asked, as members that change at the same time would wait for each other's counts.
CREATE VIEW member_counts AS
	SELECT administrator, region, status, count(*) AS n, CAST(sum(updated_at + mail_at) AS BIGINT) AS changed FROM members
	GROUP BY administrator, region, status;
