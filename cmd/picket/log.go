package main

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
)

const jsonLog = "json"

// open returns a log that writes to w.
func (c logConfig) open(w io.Writer) (*slog.Logger, error) {
	var o slog.HandlerOptions
	level := slog.LevelInfo
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.Level) || level.UnmarshalText([]byte(c.Level)) != nil {
		return nil, fmt.Errorf("level %q is none of debug, info, warn and error", c.Level)
	}
	o.Level = level
	switch c.Format {
	case "text":
		return slog.New(slog.NewTextHandler(w, &o)), nil
	case jsonLog:
		return slog.New(slog.NewJSONHandler(w, &o)), nil
	}
	return nil, fmt.Errorf("format %q is neither text nor json", c.Format)
}
