//go:build !console

package console

import "embed"

// dist is empty: tests of the server need no Node.
var dist embed.FS
