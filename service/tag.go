package service

import (
	"context"
	"maps"
	"slices"
	"strings"

	"picket"
	"picket/guardduty"
)

// tagKind is the kind of the document that holds a resource's tags; its id is the tail of the resource's ARN. Tags of what
// belongs to no detector are of kind looseTags.
const (
	tagKind   = belongings + "tags"
	looseTags = "tags"

	maxTags = 50
)

func tagKey(c picket.Caller, tail string) picket.DocumentKey {
	if strings.HasPrefix(tail, "detector/") {
		return key(c, tagKind, tail)
	}
	return key(c, looseTags, tail)
}

// tagsOf returns the tags of a resource: nil if it has none.
func tagsOf(tx picket.Tx, c picket.Caller, tail string) (map[string]string, error) {
	tags, err := get[map[string]string](tx, tagKey(c, tail))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		return nil, nil
	}
	return tags, err
}

// setTags replaces the tags of a resource.
func setTags(tx picket.Tx, c picket.Caller, tail string, tags map[string]string) error {
	if len(tags) == 0 {
		return tx.Documents().Delete(tagKey(c, tail))
	}
	if len(tags) > maxTags {
		return refuse(invalidValue, "A resource has at most %d tags.", maxTags)
	}
	return tx.Documents().Put(tagKey(c, tail), tags)
}

// taggable returns the tail of an ARN of the caller's that has something behind it.
func taggable(tx picket.Tx, c picket.Caller, resource *string) (string, error) {
	tail, ours := strings.CutPrefix(str(resource), arn(c, ""))
	if !ours {
		return "", refuse(invalidValue, "%q is no ARN of account %s in %s: those begin with %s.", str(resource), c.Account, c.Region, arn(c, ""))
	}
	k, ok := documentOf(c, tail)
	if !ok {
		return "", refuse(invalidValue, "%q names nothing that has tags.", str(resource))
	}
	var doc struct {
		DeletedAt int64  `json:"deletedAt"`
		RuleID    string `json:"ruleId"` // of an association
	}
	if parts := strings.Split(tail, "/"); parts[0] == detectors {
		if _, err := owned(tx, c, &parts[1]); err != nil {
			return "", err
		}
	}
	err := tx.Documents().Get(k, &doc)
	other := k.Kind == associationKind && tail != association{ID: k.ID, RuleID: doc.RuleID}.tail()
	if picket.ErrorCode(err) == picket.CodeNotFound || err == nil && (doc.DeletedAt != 0 || other) {
		err = refuse(noSuchResource, "There is no %s in %s.", tail, c.Region)
	}
	return tail, err
}

// hasTags reports whether documents of a kind that belongs to a detector are resources: most are what the server notes for itself.
func hasTags(kind string) bool {
	return kind == filters || kind == destinationKind || slices.ContainsFunc(setKinds, func(k setKind) bool { return k.document() == kind })
}

// documentOf returns the document behind the tail of an ARN: what belongs to a detector is of a kind named as its path.
func documentOf(c picket.Caller, tail string) (k picket.DocumentKey, ok bool) {
	parts := strings.Split(tail, "/")
	switch {
	case len(parts) == 2 && parts[0] == detectors:
		return key(c, detectors, parts[1]), true
	case len(parts) == 4 && parts[0] == detectors && hasTags(belongings+parts[2]):
		return key(c, belongings+parts[2], parts[3]), true
	case len(parts) == 2 && parts[0] == planKind:
		return key(c, planKind, parts[1]), true
	case len(parts) == 5 && parts[0] == "custom-detection-rule" && parts[3] == "association":
		return key(c, associationKind, parts[4]), true
	}
	return picket.DocumentKey{}, false
}

// ListTagsForResource lists the tags of a detector, or of what belongs to one.
func (s *Service) ListTagsForResource(ctx context.Context, c picket.Caller, in *guardduty.ListTagsForResourceRequest) (*guardduty.ListTagsForResourceResponse, error) {
	return view(ctx, s, func(tx picket.Tx) (*guardduty.ListTagsForResourceResponse, error) {
		tail, err := taggable(tx, c, in.ResourceArn)
		if err != nil {
			return nil, err
		}
		tags, err := tagsOf(tx, c, tail)
		if tags == nil {
			tags = map[string]string{}
		}
		return &guardduty.ListTagsForResourceResponse{Tags: tags}, err
	})
}

// TagResource adds tags to a resource, over those with the same keys.
func (s *Service) TagResource(ctx context.Context, c picket.Caller, in *guardduty.TagResourceRequest) (*guardduty.TagResourceResponse, error) {
	return &guardduty.TagResourceResponse{}, s.changeTags(ctx, c, in.ResourceArn, func(tags map[string]string) {
		maps.Copy(tags, in.Tags)
	})
}

// UntagResource takes tags from a resource; keys that it doesn't have are no error.
func (s *Service) UntagResource(ctx context.Context, c picket.Caller, in *guardduty.UntagResourceRequest) (*guardduty.UntagResourceResponse, error) {
	return &guardduty.UntagResourceResponse{}, s.changeTags(ctx, c, in.ResourceArn, func(tags map[string]string) {
		for _, k := range in.TagKeys {
			delete(tags, k)
		}
	})
}

func (s *Service) changeTags(ctx context.Context, c picket.Caller, resource *string, change func(map[string]string)) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		tail, err := taggable(tx, c, resource)
		if err != nil {
			return err
		}
		tags, err := tagsOf(tx, c, tail)
		if err != nil {
			return err
		}
		if tags == nil {
			tags = map[string]string{}
		}
		change(tags)
		return setTags(tx, c, tail, tags)
	})
}
