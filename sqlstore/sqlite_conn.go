package sqlstore

import (
	"context"
	"database/sql/driver"
	"errors"
)

// keeper makes connections that keep their statements prepared: to parse one of ours takes longer than to run it.
type keeper struct{ driver.Connector }

// Connect implements driver.Connector.
func (k keeper) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{sqliteConn: c.(sqliteConn), young: map[string]sqliteStmt{}}, nil
}

// sqliteConn and sqliteStmt are what those of the driver can do.
type (
	sqliteConn interface {
		driver.Conn
		driver.ConnBeginTx
		driver.ConnPrepareContext
		driver.Pinger
		driver.SessionResetter
		driver.Validator
	}
	sqliteStmt interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}
)

// conn is a connection with its statements. Those that were used lately are young; when they are many, those that have not
// been used since they last were go.
type conn struct {
	sqliteConn
	young, old map[string]sqliteStmt
}

// Close implements driver.Conn.
func (c *conn) Close() error {
	err := errors.Join(closed(c.young), closed(c.old))
	return errors.Join(err, c.sqliteConn.Close())
}

func closed(statements map[string]sqliteStmt) error {
	var errs []error
	for _, s := range statements {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// maxYoung is how many statements of a connection are young.
const maxYoung = 100

// ExecContext implements driver.ExecerContext.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	r, err := s.ExecContext(ctx, args)
	if err != nil {
		s.Close()
		return nil, err
	}
	return r, c.keep(query, s)
}

// QueryContext implements driver.QueryerContext.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	r, err := s.QueryContext(ctx, args)
	if err != nil {
		s.Close()
		return nil, err
	}
	return &keptRows{r, c, query, s}, nil
}

// keptRows are rows whose statement is kept when they are closed.
type keptRows struct {
	driver.Rows
	c     *conn
	query string
	s     sqliteStmt
}

// Close implements driver.Rows.
func (r *keptRows) Close() error {
	if err := r.Rows.Close(); err != nil {
		r.s.Close()
		return err
	}
	return r.c.keep(r.query, r.s)
}

// take returns a statement that nobody else uses.
func (c *conn) take(ctx context.Context, query string) (sqliteStmt, error) {
	for _, kept := range []map[string]sqliteStmt{c.young, c.old} {
		if s := kept[query]; s != nil {
			delete(kept, query)
			return s, nil
		}
	}
	s, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.(sqliteStmt), nil
}

// keep takes a statement back.
func (c *conn) keep(query string, s sqliteStmt) error {
	if c.young[query] != nil { // rows were read while others of the same query were
		return s.Close()
	}
	var err error
	if len(c.young) == maxYoung {
		err = closed(c.old)
		c.young, c.old = map[string]sqliteStmt{}, c.young
	}
	c.young[query] = s
	return err
}
