package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

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
	beginView:     "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	locked:        waited,
	brief:         func(ctx context.Context) context.Context { return ctx },
	beginTogether: "LOCK TABLE writers IN ROW EXCLUSIVE MODE",
	beginAlone:    "LOCK TABLE writers IN EXCLUSIVE MODE",
	conflict:      isConflict,

	attrsText: "a.attrs", attrsTuple: "(?, ?)",
	eachValue:  "jsonb_array_elements_text(a.attrs -> CAST(? AS TEXT)) AS v (value)",
	path:       itself,
	firstValue: "((a.attrs -> CAST(? AS TEXT)) ->> 0)", firstPath: itself,
	manyOf:   "SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(? AS JSON))",
	bytewise: ` COLLATE "C"`, like: "LIKE", pattern: strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`, "*", "%", "?", "_").Replace,
	isValue: func(n int) string { // as one list: of OR PostgreSQL may make a look at all rows of a path
		return "(path, value, n) IN (VALUES " + tuples(n, `(CAST(? AS BIGINT), CAST(? AS TEXT) COLLATE "C", CAST(? AS BIGINT))`) + ")"
	},
	valuesAtOnce: atOnce,
	explain:      "EXPLAIN ",
	hint:         func(string) string { return "" },
}

// settled returns what makes the settings of a new session.
func settled(config *pgx.ConnConfig) func(context.Context, *pgconn.PgConn) error {
	var set strings.Builder
	for name, value := range sessionSettings {
		if _, own := config.RuntimeParams[name]; !own {
			fmt.Fprintf(&set, "SET %s = %s;", name, value)
		}
	}
	return func(ctx context.Context, c *pgconn.PgConn) error { return c.Exec(ctx, set.String()).Close() }
}

func itself(attribute string) string { return attribute }

// oneUpgrade makes servers that start at the same time bring the schema up to date one after the other, however long it takes.
const oneUpgrade = "SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(20260105);"

// sessionSettings are those of all sessions, unless the URL has others; a pool between takes no such settings before a session begins.
// PostgreSQL ends a session some 25 seconds after its machine or the network did, and a transaction that goes on no more, as both
// keep others waiting. Who waits for a lock, which an update does twice, waits longer than that, and is told if it was for nothing.
var sessionSettings = map[string]string{
	"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3", "tcp_user_timeout": "25000",
	"idle_in_transaction_session_timeout": "30000", "lock_timeout": "20000",
}

func (s *Store) openPostgres(ctx context.Context, url string) error {
	s.dialect = &inPostgres
	steps, err := migrationsOf(s.dialect.name)
	if err != nil {
		return err
	}
	return s.openURL(ctx, url, steps)
}

func (s *Store) openURL(ctx context.Context, url string, steps []migration) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("read the store's URL: %w", err)
	}
	config.AfterConnect = settled(config)
	s.connect = config
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	s.read, s.write = db, db
	s.turns = make(chan struct{}, connections)
	s.updateOptions = &sql.TxOptions{Isolation: sql.LevelSerializable}
	backup := func(version int) error { return copySchema(ctx, db, version) }
	if err := migrate(ctx, db, oneUpgrade, steps, backup); err != nil {
		return fmt.Errorf("open PostgreSQL database: %w", err)
	}
	return nil
}

// isConflict reports whether a transaction failed only because of another at the same time (a serialization failure, a deadlock, a
// key that both made, a lock that the other kept for too long) or because its session was gone, as after a long pause. None of
// these was committed.
func isConflict(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return errors.Is(err, driver.ErrBadConn) || ok && slices.Contains([]string{"40001", "40P01", "23505", lockTimeout, "25P03"}, e.Code)
}

const lockTimeout = "55P03"

// waited reports whether a statement failed because another transaction kept a lock for too long.
func waited(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == lockTimeout
}
