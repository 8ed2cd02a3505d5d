package picket

import (
	"context"
	"time"
)

// lastWords is how long a job that was stopped may take to tell the store how far it came.
const lastWords = 3 * time.Second

// LastWords returns a context for that, when ctx has ended. The server that stops waits for it, and the store may be away: what
// stays untold is seen to when a lease ends, or by the next server.
func LastWords(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), lastWords)
}
