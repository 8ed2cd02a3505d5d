-- How many findings there are, for statistics: kept by triggers, so that whatever changes a finding keeps them true. Side 0 is
-- what an owner sees, side 1 an administrator.

CREATE TABLE kind_counts (
	side     INTEGER NOT NULL,
	viewer   INTEGER NOT NULL,
	archived INTEGER NOT NULL,
	kind     INTEGER NOT NULL,
	day      INTEGER NOT NULL,
	n        INTEGER NOT NULL,
	PRIMARY KEY (side, viewer, archived, kind, day)
) WITHOUT ROWID;

CREATE TABLE place_counts (
	side    INTEGER NOT NULL,
	viewer  INTEGER NOT NULL,
	owner   INTEGER NOT NULL,
	place   INTEGER NOT NULL,
	total   INTEGER NOT NULL,
	current INTEGER NOT NULL, -- of them, not archived
	PRIMARY KEY (side, viewer, owner, place)
) WITHOUT ROWID;

CREATE TABLE owner_counts ( -- that an administrator sees
	viewer  INTEGER NOT NULL,
	owner   INTEGER NOT NULL,
	total   INTEGER NOT NULL,
	current INTEGER NOT NULL,
	PRIMARY KEY (viewer, owner)
) WITHOUT ROWID;

INSERT INTO kind_counts SELECT 0, owner, archived, kind, day, count(*) FROM findings WHERE frozen_at = 0 GROUP BY owner, archived, kind, day;
INSERT INTO kind_counts SELECT 1, administrator, admin_archived, kind, day, count(*) FROM findings WHERE administrator > 0
	GROUP BY administrator, admin_archived, kind, day;
INSERT INTO place_counts SELECT 0, owner, owner, place, count(*), sum(1 - archived) FROM findings WHERE frozen_at = 0 AND place > 0 GROUP BY owner, place;
INSERT INTO place_counts SELECT 1, administrator, owner, place, count(*), sum(1 - admin_archived) FROM findings
	WHERE administrator > 0 AND place > 0 GROUP BY administrator, owner, place;
INSERT INTO owner_counts SELECT administrator, owner, count(*), sum(1 - admin_archived) FROM findings WHERE administrator > 0 GROUP BY administrator, owner;

CREATE INDEX place_counts_total ON place_counts (side, viewer, total DESC);
CREATE INDEX place_counts_current ON place_counts (side, viewer, current DESC);

-- A change of a count, by one more finding or one less.
CREATE VIEW count_changes AS SELECT 0 AS side, 0 AS viewer, 0 AS owner, 0 AS archived, 0 AS kind, 0 AS day, 0 AS place, 0 AS n WHERE 0;

CREATE TRIGGER count_change INSTEAD OF INSERT ON count_changes BEGIN
	INSERT INTO kind_counts VALUES (NEW.side, NEW.viewer, NEW.archived, NEW.kind, NEW.day, NEW.n)
		ON CONFLICT DO UPDATE SET n = n + excluded.n;
	DELETE FROM kind_counts WHERE NEW.n < 0 AND side = NEW.side AND viewer = NEW.viewer AND archived = NEW.archived
		AND kind = NEW.kind AND day = NEW.day AND n = 0;
	INSERT INTO place_counts SELECT NEW.side, NEW.viewer, NEW.owner, NEW.place, NEW.n, NEW.n * (1 - NEW.archived) WHERE NEW.place > 0
		ON CONFLICT DO UPDATE SET total = total + excluded.total, current = current + excluded.current;
	DELETE FROM place_counts WHERE NEW.n < 0 AND side = NEW.side AND viewer = NEW.viewer AND owner = NEW.owner
		AND place = NEW.place AND total = 0;
	INSERT INTO owner_counts SELECT NEW.viewer, NEW.owner, NEW.n, NEW.n * (1 - NEW.archived) WHERE NEW.side = 1
		ON CONFLICT DO UPDATE SET total = total + excluded.total, current = current + excluded.current;
	DELETE FROM owner_counts WHERE NEW.n < 0 AND NEW.side = 1 AND viewer = NEW.viewer AND owner = NEW.owner AND total = 0;
END;

CREATE TRIGGER finding_added AFTER INSERT ON findings BEGIN
	INSERT INTO count_changes SELECT 0, NEW.owner, NEW.owner, NEW.archived, NEW.kind, NEW.day, NEW.place, 1 WHERE NEW.frozen_at = 0;
	INSERT INTO count_changes SELECT 1, NEW.administrator, NEW.owner, NEW.admin_archived, NEW.kind, NEW.day, NEW.place, 1 WHERE NEW.administrator > 0;
END;

CREATE TRIGGER finding_removed AFTER DELETE ON findings BEGIN
	INSERT INTO count_changes SELECT 0, OLD.owner, OLD.owner, OLD.archived, OLD.kind, OLD.day, OLD.place, -1 WHERE OLD.frozen_at = 0;
	INSERT INTO count_changes SELECT 1, OLD.administrator, OLD.owner, OLD.admin_archived, OLD.kind, OLD.day, OLD.place, -1 WHERE OLD.administrator > 0;
END;

CREATE TRIGGER finding_changed AFTER UPDATE ON findings
WHEN (OLD.owner, OLD.administrator, OLD.frozen_at = 0, OLD.kind, OLD.day, OLD.place, OLD.archived, OLD.admin_archived)
	<> (NEW.owner, NEW.administrator, NEW.frozen_at = 0, NEW.kind, NEW.day, NEW.place, NEW.archived, NEW.admin_archived)
BEGIN
	INSERT INTO count_changes SELECT 0, OLD.owner, OLD.owner, OLD.archived, OLD.kind, OLD.day, OLD.place, -1 WHERE OLD.frozen_at = 0;
	INSERT INTO count_changes SELECT 1, OLD.administrator, OLD.owner, OLD.admin_archived, OLD.kind, OLD.day, OLD.place, -1 WHERE OLD.administrator > 0;
	INSERT INTO count_changes SELECT 0, NEW.owner, NEW.owner, NEW.archived, NEW.kind, NEW.day, NEW.place, 1 WHERE NEW.frozen_at = 0;
	INSERT INTO count_changes SELECT 1, NEW.administrator, NEW.owner, NEW.admin_archived, NEW.kind, NEW.day, NEW.place, 1 WHERE NEW.administrator > 0;
END;
