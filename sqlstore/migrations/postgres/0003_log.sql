-- The log that brings records to the engine, and what owners of its partitions have in mind.

CREATE TABLE partitions (
	number     BIGINT NOT NULL PRIMARY KEY,
	epoch      BIGINT NOT NULL DEFAULT 0,
	applied    BIGINT NOT NULL DEFAULT 0,
	state      BIGINT NOT NULL DEFAULT 0,
	last       BIGINT NOT NULL DEFAULT 0,
	dirty      BIGINT NOT NULL DEFAULT 0, -- it has an owner, or had one that went without a word
	trying     BIGINT NOT NULL DEFAULT 0, -- a message, taken so many times
	tries      BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE log (
	number BIGINT NOT NULL,
	seq    BIGINT NOT NULL,
	body   BYTEA NOT NULL,
	PRIMARY KEY (number, seq)
);

-- In pieces, because a row has a size.
CREATE TABLE states (
	number BIGINT NOT NULL,
	piece  BIGINT NOT NULL,
	body   BYTEA NOT NULL,
	PRIMARY KEY (number, piece)
);
