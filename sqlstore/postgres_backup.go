package sqlstore

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// copySchema copies every table of the current schema to a schema beside it, whose name ends in _schema_ and the version:
// there it can be looked at, and put back with the release that wrote it. The copy is whole or absent. If another server
// upgrades first, there is nothing to copy.
func copySchema(ctx context.Context, db *sql.DB, version int) error {
	t, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	if _, err := t.ExecContext(ctx, oneUpgrade); err != nil {
		return err
	}
	var current string
	var now int
	if err := t.QueryRowContext(ctx, "SELECT current_schema(), coalesce(max(version), 0) FROM schema_version").Scan(&current, &now); err != nil {
		return err
	}
	if now != version {
		return nil
	}
	beside := pgx.Identifier{fmt.Sprintf("%s_schema_%d", current, version)}
	if _, err := t.ExecContext(ctx, "DROP SCHEMA IF EXISTS "+beside.Sanitize()+" CASCADE; CREATE SCHEMA "+beside.Sanitize()); err != nil {
		return fmt.Errorf("the database's user needs the right to make schemas (GRANT CREATE ON DATABASE): %w", err)
	}
	tables, err := tablesOf(ctx, t)
	if err != nil {
		return err
	}
	for _, table := range tables {
		to, from := append(beside, table).Sanitize(), pgx.Identifier{current, table}.Sanitize()
		if _, err := t.ExecContext(ctx, "CREATE TABLE "+to+" AS TABLE "+from); err != nil {
			return fmt.Errorf("copy table %s: %w", table, err)
		}
	}
	return t.Commit()
}

func tablesOf(ctx context.Context, t *sql.Tx) ([]string, error) {
	r, err := t.QueryContext(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var names []string
	for r.Next() {
		var name string
		if err := r.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, r.Err()
}
