package service

import (
	"context"
	"strings"

	"picket"
)

// ResourceTags returns the tags of one of the caller's resources, by ARN: nil if it has none or is none. Policies may ask
// for them.
func (s *Service) ResourceTags(ctx context.Context, c picket.Caller, resource string) (map[string]string, error) {
	tail, own := strings.CutPrefix(resource, arn(c, ""))
	if !own {
		return nil, nil
	}
	return view(ctx, s, func(tx picket.Tx) (map[string]string, error) { return tagsOf(tx, c, tail) })
}
