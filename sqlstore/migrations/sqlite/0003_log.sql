-- The log that brings records to the engine, and what owners of its partitions have in mind.

CREATE TABLE partitions (
	number     INTEGER NOT NULL PRIMARY KEY,
	epoch      INTEGER NOT NULL DEFAULT 0,
	applied    INTEGER NOT NULL DEFAULT 0,
	state      INTEGER NOT NULL DEFAULT 0,
	last       INTEGER NOT NULL DEFAULT 0,
	dirty      INTEGER NOT NULL DEFAULT 0, -- it has an owner, or had one that went without a word
	trying     INTEGER NOT NULL DEFAULT 0, -- a message, taken so many times
	tries      INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE log (
	number INTEGER NOT NULL,
	seq    INTEGER NOT NULL,
	body   BLOB NOT NULL,
	PRIMARY KEY (number, seq)
) WITHOUT ROWID;

-- In pieces, because a row has a size.
CREATE TABLE states (
	number INTEGER NOT NULL,
	piece  INTEGER NOT NULL,
	body   BLOB NOT NULL,
	PRIMARY KEY (number, piece)
);
