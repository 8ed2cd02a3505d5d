package simulate

import "strconv"

const dnsADay = 60_000 // records a day of an account

// queries writes an hour of Resolver query logs.
func (wr *writer) queries(u unit) error {
	r := wr.rng(u)
	hosts := u.reg.instances()
	machine := habit{zone: 1}
	for k := range slotsAnHour {
		from := u.hour + int64(k)*slot
		d := &wr.slots[0]
		for range r.round(dnsADay * wr.w.opts.Scale * u.reg.share * slot / 86400 * 1.25 * machine.load(from)) {
			q := wr.w.names.lookup(&r, u.acct, u.reg, pick(&r, hosts))
			q.at, q.tcp = from+int64(r.n(slot)), r.n(300) == 0
			d.buf = q.append(d.buf, &r, u.acct, u.reg)
			d.records++
		}
		for _, line := range wr.plan.records(u, from) {
			d.buf = append(d.buf, line...)
			d.records++
		}
		if err := wr.lines(u, &r, d, "", "vpcdnsquerylogs", u.reg.vpc, u.reg.vpc+"_vpcdnsquerylogs_"+u.acct.id, from+slot); err != nil {
			return err
		}
	}
	return nil
}

// append appends the line of a query.
func (q *query) append(b []byte, r *rng, a *account, reg *region) []byte {
	b = append(append(b, `{"version":"1.100000","account_id":"`...), a.id...)
	b = append(append(b, `","region":"`...), reg.name...)
	b = append(append(b, `","vpc_id":"`...), reg.vpc...)
	b = appendTime(append(b, `","query_timestamp":"`...), q.at)
	b = append(append(b, `","query_name":"`...), q.name...)
	b = append(append(b, `","query_type":"`...), q.kind...)
	b = append(append(b, `","query_class":"IN","rcode":"`...), q.rcode...)
	b = append(b, `","answers":[`...)
	for i, a := range q.answers {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, `{"Rdata":"`...), a.data...)
		b = append(append(append(b, `","Type":"`...), a.kind...), `","Class":"IN"}`...)
	}
	b = appendIP(append(b, `],"srcaddr":"`...), q.host.ip)
	b = strconv.AppendInt(append(b, `","srcport":"`...), int64(r.in(1024, 65535)), 10)
	transport := "UDP"
	if q.tcp {
		transport = "TCP"
	}
	b = append(append(b, `","transport":"`...), transport...)
	b = append(append(b, `","srcids":{"instance":"`...), q.host.instance...)
	return append(b, "\"}}\n"...)
}
