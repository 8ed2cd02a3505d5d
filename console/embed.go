//go:build console

package console

import "embed"

// dist is what `npm run build` in web/ makes.
//
//go:embed dist
var dist embed.FS
