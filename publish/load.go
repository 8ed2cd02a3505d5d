package publish

import (
	"errors"
	"fmt"

	"picket"
)

// load reads what is due. Of that findings go first: messages are what others can make many of.
func (j *job) load(tx picket.Tx, now int64) error {
	j.entries, j.events, j.unreadable = nil, nil, nil
	due, err := tx.Outbox().Due(j.to.queue(), now, batchSize)
	if err != nil {
		return err
	}
	ids := map[string][]string{}
	var all, messages []entry
	for _, e := range due {
		w, err := readWaiting(e)
		if err != nil {
			w = waiting{Raw: e.Body, Since: now, Reason: fmt.Sprintf("it can't be read: %v", err)}
			j.unreadable = append(j.unreadable, entry{e, w})
			continue
		}
		if w.Finding == "" {
			messages = append(messages, entry{e, w})
			continue
		}
		all = append(all, entry{e, w})
		ids[w.Region] = append(ids[w.Region], w.Finding)
	}
	found, unreadable := map[string]*Event{}, map[string]error{}
	for region, some := range ids {
		if err := j.find(tx, region, some, found, unreadable); err != nil {
			return err
		}
	}
	var moot []entry
	for _, e := range append(all, messages...) {
		event := found[e.ID]
		if e.Finding == "" {
			event = messageEvent(j.to, e.ID, e.waiting)
		}
		switch err := unreadable[e.ID]; {
		case err != nil:
			e.Reason = err.Error()
			j.unreadable = append(j.unreadable, e)
		case event == nil:
			moot = append(moot, e)
		default:
			j.entries, j.events = append(j.entries, e), append(j.events, *event)
		}
	}
	j.entries = append(j.entries, moot...)
	return nil
}

// find reads findings, by halves where one of them can't be read.
func (j *job) find(tx picket.Tx, region string, ids []string, found map[string]*Event, unreadable map[string]error) error {
	stored, err := tx.Findings().Get(j.to.Account, region, ids)
	switch {
	case errors.Is(err, picket.ErrUnreadable) && len(ids) > 1:
		half := len(ids) / 2
		if err := j.find(tx, region, ids[:half], found, unreadable); err != nil {
			return err
		}
		return j.find(tx, region, ids[half:], found, unreadable)
	case errors.Is(err, picket.ErrUnreadable):
		unreadable[region+"/"+ids[0]] = err
		return nil
	case err != nil:
		return err
	}
	for i := range stored {
		found[region+"/"+*stored[i].Id] = findingEvent(&stored[i], j.to.Account, region)
	}
	return nil
}
