// Whether the accounts are watched, and whether their logs come.

import Button from "@cloudscape-design/components/button";
import Popover from "@cloudscape-design/components/popover";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useMay } from "../../api/permissions.ts";
import { type Covered, readCoverage } from "../../api/statistics.ts";
import { useHref } from "../../app/router.ts";
import { routeOf } from "../../app/routes.ts";
import { Empty } from "../../components/Empty.tsx";
import { useFolded } from "../../components/folded.tsx";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { Time } from "../../components/Time.tsx";
import { kindText } from "../../texts/kinds.ts";
import { texts } from "../../texts/summary.ts";
import { useAbout, useEach } from "./context.tsx";
import { cover, type KindCovered } from "./coverage.ts";
import { Widget } from "./Widget.tsx";

const said = texts.coverage;
const names = said.columns;
const mostNamed = 20;

export function CoverageWidget({ known, administers }: { known: string[]; administers: boolean }) {
  const href = useHref();
  const may = useMay();
  const { accounts, everywhere } = useAbout();
  const loaded = useEach("coverage", ({ region }) => readCoverage(region));
  const chosen = (account: string) => !accounts.length || accounts.includes(account);
  const columns = useFolded<KindCovered>([
    { id: "kind", header: names.kind, cell: (k) => kindText(k.kind), isRowHeader: true },
    { id: "coming", header: names.coming, cell: (k) => said.of(k.coming, k.on) },
    { id: "silent", header: names.silent, cell: (k) => <Silent kind={k.kind} all={k.silent} /> },
    { id: "never", header: names.never, cell: (k) => k.never.toLocaleString("en") },
  ]);
  const footer = (
    <SpaceBetween direction="horizontal" size="m">
      {administers && <Button variant="inline-link" href={href("accounts")}>{said.viewAccounts}</Button>}
      {may("guardduty:GetDetector") && <Button variant="inline-link" href={href("settings")}>{said.configure}</Button>}
      {routeOf("coverage") && <Button variant="inline-link" href={href("coverage")}>{said.viewCoverage}</Button>}
    </SpaceBetween>
  );
  return (
    <Widget title={said.title} about={everywhere ? said.aboutEverywhere : said.about} loaded={loaded} footer={footer}>
      {(answers) => {
        const all = cover(answers.flatMap((a) => a.answer).filter((r) => chosen(r.accountId)), known.filter(chosen));
        return (
          <SpaceBetween size="m">
            <ProgressBar
              label={said.accounts}
              value={all.accounts ? (100 * all.enabled) / all.accounts : 0}
              additionalInfo={said.enabled(all.enabled, all.accounts, all.partly)}
            />
            <Table
              variant="embedded"
              wrapLines
              items={all.kinds}
              trackBy="kind"
              ariaLabels={{ tableLabel: said.title }}
              columnDefinitions={columns}
              empty={<Empty title={said.empty} hint={said.emptyHint} />}
            />
          </SpaceBetween>
        );
      }}
    </Widget>
  );
}

function Silent({ kind, all }: { kind: string; all: Covered[] }) {
  if (!all.length) return <>0</>;
  return (
    <Popover
      header={said.silentTitle(kindText(kind))}
      size="large"
      triggerType="text"
      content={
        <>
          {all.slice(0, mostNamed).map((r) => (
            <div key={`${r.accountId} ${r.region}`}>
              {said.silent(r.accountId, r.region)} <Time at={(r.last ?? 0) * 1000} />
            </div>
          ))}
          {all.length > mostNamed && said.more(all.length - mostNamed)}
        </>
      }
    >
      <StatusIndicator type="warning">{all.length.toLocaleString("en")}</StatusIndicator>
    </Popover>
  );
}
