-- How many members an administrator has, and what changes with each of them, by status: see MemberCount. Triggers keep it, as to
-- count tens of thousands takes longer than to add fifty.
DROP INDEX members_status;

CREATE TABLE member_counts (
	administrator TEXT NOT NULL,
	region        TEXT NOT NULL,
	status        TEXT NOT NULL,
	n             INTEGER NOT NULL,
	changed       INTEGER NOT NULL,
	PRIMARY KEY (administrator, region, status)
) WITHOUT ROWID;

INSERT INTO member_counts SELECT administrator, region, status, count(*), sum(updated_at + mail_at) FROM members
	GROUP BY administrator, region, status;

CREATE TRIGGER member_added AFTER INSERT ON members BEGIN
	INSERT INTO member_counts VALUES (NEW.administrator, NEW.region, NEW.status, 1, NEW.updated_at + NEW.mail_at)
		ON CONFLICT DO UPDATE SET n = n + 1, changed = changed + excluded.changed;
END;

CREATE TRIGGER member_removed AFTER DELETE ON members BEGIN
	UPDATE member_counts SET n = n - 1, changed = changed - OLD.updated_at - OLD.mail_at
		WHERE administrator = OLD.administrator AND region = OLD.region AND status = OLD.status;
END;

CREATE TRIGGER member_changed AFTER UPDATE ON members BEGIN
	UPDATE member_counts SET n = n - 1, changed = changed - OLD.updated_at - OLD.mail_at
		WHERE administrator = OLD.administrator AND region = OLD.region AND status = OLD.status;
	INSERT INTO member_counts VALUES (NEW.administrator, NEW.region, NEW.status, 1, NEW.updated_at + NEW.mail_at)
		ON CONFLICT DO UPDATE SET n = n + 1, changed = changed + excluded.changed;
END;
