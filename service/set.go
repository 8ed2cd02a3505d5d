package service

import (
	"context"

	"picket"
	"picket/guardduty"
	"picket/intel"
)

// set is a list of an account: trusted or threatening addresses (IP sets, threat intel sets) or entities. Its account alone
// uses it, whoever administrates the account.
type set struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Format    string `json:"format"`
	Location  string `json:"location"`
	Owner     string `json:"owner,omitempty"` // expected of the bucket
	Active    bool   `json:"active"`          // wanted in force
	CreatedAt int64  `json:"createdAt"`       // milliseconds since the epoch
	UpdatedAt int64  `json:"updatedAt"`
	DeletedAt int64  `json:"deletedAt,omitempty"`

	Asked     int    `json:"asked,omitempty"`     // how often the file was asked for: an answer to an earlier question is none
	State     string `json:"state,omitempty"`     // of one that is wanted in force
	Reason    string `json:"reason,omitempty"`    // why it is not, or what is wrong with it
	Version   string `json:"version,omitempty"`   // of the content in force
	Entries   int    `json:"entries,omitempty"`   // in force
	ReadAt    int64  `json:"readAt,omitempty"`    // when the version was read
	ETag      string `json:"etag,omitempty"`      // that it had
	ChangedAt int64  `json:"changedAt,omitempty"` // when other content was seen at the location
}

// setKind is one of the four kinds of lists.
type setKind struct {
	path    string // in ARNs, and of the documents
	name    string // for people
	quota   int
	entries int  // of a list, at most
	trusted bool // else threatening
	names   bool // domain names count too
}

var (
	ipSets            = setKind{"ipset", "trusted IP list", 1, intel.MaxTrustedIPs, true, false}
	threatIntelSets   = setKind{"threatintelset", "threat list", 6, intel.MaxThreatIPs, false, false}
	trustedEntitySets = setKind{"trustedentityset", "trusted entity list", 1, intel.MaxTrustedIPs, true, true}
	threatEntitySets  = setKind{"threatentityset", "threat entity list", 6, intel.MaxThreatIPs, false, true}
)

var setKinds = []setKind{ipSets, threatIntelSets, trustedEntitySets, threatEntitySets}

func (k setKind) document() string { return belongings + k.path }

// tail is the end of a list's ARN.
func (k setKind) tail(d *detector, id string) string {
	return "detector/" + d.ID + "/" + k.path + "/" + id
}

// afterlife is how long a list that was deleted answers that it is: clients wait for that answer.
const afterlife = 30 * 60 * 1000

// The statuses that all kinds of lists share.
const (
	setActivating = "ACTIVATING"
	setActive     = "ACTIVE"
	setError      = "ERROR"
	setInactive   = "INACTIVE"
	setDeleted    = "DELETED"
)

func (l set) status() string {
	switch {
	case l.DeletedAt != 0:
		return setDeleted
	case l.Active:
		return l.State
	}
	return setInactive
}

// newSet is what a request to create a list says.
type newSet struct {
	operation                           string
	detector, token                     *string
	name, format, location, bucketOwner string
	activate                            *bool
	tags                                map[string]string
	request                             any
}

// created is the outcome of creating a list.
type created struct {
	ID string `json:"id"`
}

func (s *Service) createSet(ctx context.Context, c picket.Caller, kind setKind, in newSet) (*string, error) {
	made, err := once(ctx, s, c, in.operation, in.token, in.request, func(tx picket.Tx) (*created, error) {
		d, err := owned(tx, c, in.detector)
		if err != nil {
			return nil, err
		}
		if _, err := placeOf(in.location); err != nil {
			return nil, err
		}
		if err := s.checkSets(tx, c, kind, "", in.name); err != nil {
			return nil, err
		}
		now := s.now()
		l := set{
			ID: newID(), Name: in.name, Format: in.format, Location: in.location, Owner: in.bucketOwner,
			Active: in.activate != nil && *in.activate, CreatedAt: now, UpdatedAt: now,
		}
		if err := setTags(tx, c, kind.tail(d, l.ID), in.tags); err != nil {
			return nil, err
		}
		if l.Active {
			if err := s.ask(tx, c, kind, &l); err != nil {
				return nil, err
			}
		}
		return &created{l.ID}, tx.Documents().Put(key(c, kind.document(), l.ID), l)
	})
	if err != nil {
		return nil, err
	}
	return &made.ID, nil
}

// checkSets holds the quota of a kind of lists and that names tell them apart; except is the list that is being changed.
func (s *Service) checkSets(tx picket.Tx, c picket.Caller, kind setKind, except, name string) error {
	sets, err := liveSets(tx, c, kind)
	if err != nil {
		return err
	}
	n := 0
	for _, l := range sets {
		if l.ID == except {
			continue
		}
		n++
		if l.Name == name {
			return refuse(invalidValue, "There is a %s named %q already: %s.", kind.name, name, l.ID)
		}
	}
	if except == "" && !s.Settings.OpenQuotas && n >= kind.quota {
		return refuse("The request is rejected because the number of lists exceeds the limit.",
			"GuardDuty's quota is %d of the kind %s; the server's setting \"quotas: open\" lifts it.", kind.quota, kind.name)
	}
	return nil
}

// liveSets returns the lists of a kind that are not deleted, by id.
func liveSets(tx picket.Tx, c picket.Caller, kind setKind) ([]set, error) {
	all, err := listIn[set](tx, c, kind.document())
	if err != nil {
		return nil, err
	}
	live := all[:0]
	for _, l := range all {
		if l.DeletedAt == 0 {
			live = append(live, l)
		}
	}
	return live, nil
}

// getSet returns a list, also one that was deleted lately, and its tags.
func (s *Service) getSet(ctx context.Context, c picket.Caller, kind setKind, detectorID, id *string) (set, map[string]string, error) {
	var tags map[string]string
	l, err := view(ctx, s, func(tx picket.Tx) (set, error) {
		d, err := owned(tx, c, detectorID)
		if err != nil {
			return set{}, err
		}
		l, err := s.setOf(tx, c, kind, id)
		if err != nil {
			return set{}, err
		}
		tags, err = tagsOf(tx, c, kind.tail(d, l.ID))
		return l, err
	})
	return l, tags, err
}

func (s *Service) setOf(tx picket.Tx, c picket.Caller, kind setKind, id *string) (set, error) {
	l, err := get[set](tx, key(c, kind.document(), str(id)))
	gone := err == nil && l.DeletedAt != 0 && l.DeletedAt < s.now()-afterlife
	if gone || picket.ErrorCode(err) == picket.CodeNotFound {
		err = refuse(noSuchResource, "Account %s has no %s %q in %s.", c.Account, kind.name, str(id), c.Region)
	}
	return l, err
}

func (s *Service) listSets(ctx context.Context, c picket.Caller, kind setKind, detectorID *string, maxResults *int32, token *string) (guardduty.List[string], *string, error) {
	after, err := s.after(c, kind.path, token)
	if err != nil {
		return nil, nil, err
	}
	var next string
	ids, err := view(ctx, s, func(tx picket.Tx) (guardduty.List[string], error) {
		if _, err := owned(tx, c, detectorID); err != nil {
			return nil, err
		}
		sets, err := liveSets(tx, c, kind)
		if err != nil {
			return nil, err
		}
		ids := guardduty.List[string]{}
		for _, l := range sets {
			if l.ID > after {
				ids = append(ids, l.ID)
			}
		}
		ids, next = pageOf(ids, limit(maxResults), func(id string) string { return id })
		return ids, nil
	})
	return ids, s.nextToken(c, kind.path, next), err
}

// setChange is what a request to update a list says.
type setChange struct {
	detector, id, name, location, bucketOwner *string
	activate                                  *bool
}

func (s *Service) updateSet(ctx context.Context, c picket.Caller, kind setKind, in setChange) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		if _, err := owned(tx, c, in.detector); err != nil {
			return err
		}
		l, err := s.liveSet(tx, c, kind, in.id)
		if err != nil {
			return err
		}
		again := false
		if in.name != nil {
			if err := s.checkSets(tx, c, kind, l.ID, *in.name); err != nil {
				return err
			}
			again = l.Active && l.Name != *in.name // findings name it
			l.Name = *in.name
		}
		if in.location != nil {
			if _, err := placeOf(*in.location); err != nil {
				return err
			}
			again = again || l.Active && l.Location != *in.location
			l.Location = *in.location
		}
		if in.bucketOwner != nil {
			l.Owner = *in.bucketOwner
		}
		if in.activate != nil {
			again, l.Active = *in.activate, *in.activate
			if !l.Active {
				err = s.withdraw(tx, c, kind, &l)
			}
		}
		if again {
			err = s.ask(tx, c, kind, &l)
		}
		if err != nil {
			return err
		}
		l.UpdatedAt = s.now()
		return tx.Documents().Put(key(c, kind.document(), l.ID), l)
	})
}

// liveSet returns a list that is not deleted.
func (s *Service) liveSet(tx picket.Tx, c picket.Caller, kind setKind, id *string) (set, error) {
	l, err := s.setOf(tx, c, kind, id)
	if err == nil && l.DeletedAt != 0 {
		err = refuse(noSuchResource, "The %s %q was deleted.", kind.name, l.ID)
	}
	return l, err
}

func (s *Service) deleteSet(ctx context.Context, c picket.Caller, kind setKind, detectorID, id *string) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		d, err := owned(tx, c, detectorID)
		if err != nil {
			return err
		}
		l, err := s.liveSet(tx, c, kind, id)
		if err != nil {
			return err
		}
		l.Active, l.DeletedAt = false, s.now()
		if err := s.withdraw(tx, c, kind, &l); err != nil {
			return err
		}
		if err := setTags(tx, c, kind.tail(d, l.ID), nil); err != nil {
			return err
		}
		if err := tx.Documents().Delete(key(c, hitKind, l.ID)); err != nil {
			return err
		}
		return tx.Documents().Put(key(c, kind.document(), l.ID), l)
	})
}
