// Reads a page of findings, and how many there are: the rows first, so that they are there at once among millions, the counts then.

import type { Finding } from "@aws-sdk/client-guardduty";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { listen } from "../../api/events.ts";
import { countBy, countBySeverity, type FindingPage, type Group } from "../../api/findings.ts";
import { readAgain, useLoad } from "../../api/load.ts";
import { useMay } from "../../api/permissions.ts";
import { severityLabel } from "../../components/Severity.tsx";
import { asked, type Shown } from "./address.ts";
import type { Row } from "./columns.tsx";
import { type Band, choose, toApi } from "./criteria.ts";
import { pageOf, queryOf } from "./first.ts";

// usePage reads the page that is shown, and knows the way to the others. The way is lost with another query.
export function usePage(region: string, detector: string | undefined, shown: Shown, size: number) {
  const query = queryOf(detector, shown, size);
  const [way, setWay] = useState<{ query: string; tokens: (string | undefined)[]; index: number }>({ query, tokens: [undefined], index: 0 });
  const { tokens, index } = way.query === query ? way : { tokens: [undefined], index: 0 };

  const reading = pageOf(region, detector ?? "", shown, size, tokens[index]);
  const page = useLoad<FindingPage>(reading.key, reading.read, { off: !detector });
  const next = page.data?.next;
  const known = next && index === tokens.length - 1 ? tokens.length + 1 : tokens.length;
  const go = (to: number) => {
    const all = to === tokens.length && next ? [...tokens, next] : tokens;
    if (to >= 0 && to < all.length) setWay({ query, tokens: all, index: to });
  };
  return { ...page, query, index, known, more: Boolean(next), go };
}

export type PageShown = ReturnType<typeof usePage>;

export interface Counts {
  total: number | undefined; // until it is counted
  severities: Map<Band, number> | undefined;
  accounts: readonly Group[];
  types: readonly Group[];
}

// useCounts counts what is asked for, whatever the severities asked for among the quick filters.
export function useCounts(region: string, detector: string | undefined, shown: Shown, ready: boolean): Counts {
  const off = !useMay()("guardduty:GetFindingsStatistics") || !detector || !ready;
  const all = asked(shown);
  const others = toApi(choose(all, "severity", []));
  const chosen = all.severity?.equals;
  const counts = useLoad(
    `findings/counts ${JSON.stringify([detector, all])}`,
    async () => {
      const found = await countBySeverity(region, detector!, others);
      const severities = new Map<Band, number>();
      let total = 0;
      for (const [severity, n] of found) {
        const band = severityLabel(severity);
        severities.set(band, (severities.get(band) ?? 0) + n);
        if (!chosen || chosen.includes(String(severity)) || chosen.includes(String(Math.floor(severity)))) total += n;
      }
      return { total, severities };
    },
    { off },
  );
  const elsewhere = choose(all, "accountId", []);
  const accounts = useLoad(`findings/accounts ${JSON.stringify([detector, elsewhere])}`, () => countBy("ACCOUNT", region, detector!, toApi(elsewhere)), { off });
  const types = choose(all, "type", []);
  const byType = useLoad(`findings/types ${JSON.stringify([detector, types])}`, () => countBy("FINDING_TYPE", region, detector!, toApi(types)), { off });
  return {
    total: counts.data?.total,
    severities: counts.data?.severities,
    accounts: accounts.data ?? none,
    types: byType.data ?? none,
  };
}

const none: readonly Group[] = [];

// recount counts again what is shown.
export const recount = (region: string) => readAgain(region, "findings/");

// useRows marks the findings that came, or came again, since the newest first were shown.
export function useRows(page: FindingPage | undefined, query: string, newestFirst: boolean): Row[] {
  const [since, setSince] = useState({ query: "", at: 0 });
  if (page && since.query !== query) setSince({ query, at: Math.max(0, ...page.findings.map(updated)) });
  return useMemo(() => {
    const fresh = (f: Finding) => newestFirst && since.query === query && updated(f) > since.at;
    return (page?.findings ?? []).map((finding) => ({ id: finding.Id ?? "", finding, fresh: fresh(finding) }));
  }, [page, query, newestFirst, since]);
}

const updated = (f: Finding) => Date.parse(f.UpdatedAt ?? "") || 0;

// useNews reads again when something was found, if that disturbs nobody; if it would, it says so, until the first page is read
// again by whatever reason. What somebody archived is not there to be worked on any more: that is read at once.
export interface News {
  waiting: boolean;
  show: () => void;
}

export function useNews(region: string, page: PageShown, quiet: boolean, reload: () => unknown): News {
  const [waiting, setWaiting] = useState(false);
  const [read, setRead] = useState(page.data);
  if (page.data !== read) {
    setRead(page.data);
    if (page.index === 0) setWaiting(false);
  }
  const now = useRef({ quiet, reload });
  useEffect(() => {
    now.current = { quiet, reload };
  });
  const show = useCallback(() => {
    setWaiting(false);
    now.current.reload();
  }, []);
  useEffect(() => listen(region, ["findings"], () => (now.current.quiet ? show() : setWaiting(true))), [region, show]);
  useEffect(() => listen(region, ["marks"], () => now.current.reload()), [region]);
  return { waiting, show };
}
