package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// connections is how many PostgreSQL gives one server.
const connections = 16

// An update is serializable, beside others; what PostgreSQL refuses for that runs again with the lock that keeps all others
// out. A LOCK comes before the transaction's snapshot, so the second run can't fail for the same reason.
var inPostgres = dialect{
	name: "postgres", numbered: true,
	beginTogether: "LOCK TABLE writers IN ROW EXCLUSIVE MODE",
	beginAlone:    "LOCK TABLE writers IN EXCLUSIVE MODE",
	conflict:      isConflict,
}

// oneUpgrade makes servers that start at the same time bring the schema up to date one after the other.
const oneUpgrade = "SELECT pg_advisory_xact_lock(20260105);"

func openPostgres(ctx context.Context, url string) (_ *Store, err error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the store's URL: %w", err)
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	s := &Store{
		dialect: inPostgres, write: db,
		viewOptions:   &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		updateOptions: &sql.TxOptions{Isolation: sql.LevelSerializable},
	}
	s.read = s.write
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	steps, err := migrationsOf("postgres")
	if err != nil {
		return nil, err
	}
	if err := migrate(ctx, db, oneUpgrade, steps, func(int) error { return nil }); err != nil {
		return nil, fmt.Errorf("open PostgreSQL database: %w", err)
	}
	return s, nil
}

// isConflict reports whether a transaction failed only because of another at the same time: a serialization failure, a
// deadlock, or a key that both made.
func isConflict(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01" || e.Code == "23505")
}
