// Which logs arrive of which account, and the resources that wrote them.

import Alert from "@cloudscape-design/components/alert";
import Popover from "@cloudscape-design/components/popover";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { TableProps } from "@cloudscape-design/components/table";
import { useMemo } from "react";
import { useAccounts } from "../../api/accounts.ts";
import { type Covered, type CoveredResource, useCoverage, useCoveredResources } from "../../api/usage.ts";
import { Page } from "../../app/Page.tsx";
import { bytesText, countText } from "../../components/amounts.ts";
import { Counts } from "../../components/Counts.tsx";
import { Empty } from "../../components/Empty.tsx";
import { ServiceOff } from "../../components/EnableService.tsx";
import { Listing } from "../../components/Listing.tsx";
import { Resource } from "../../components/Resource.tsx";
import { StatusIndicator, type StatusIndicatorProps } from "../../components/StatusIndicator.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/coverage.ts";
import { kindText } from "../../texts/kinds.ts";
import { skippedOf, stateOf, type State } from "./state.ts";

export default function Coverage() {
  const logs = useCoverage();
  const resources = useCoveredResources();
  const { nameOf } = useAccounts();
  const logColumns = useMemo(() => logColumnsOf(nameOf), [nameOf]);
  const resourceColumns = useMemo(() => resourceColumnsOf(nameOf), [nameOf]);
  const silent = logs.data?.filter((c) => stateOf(c) === "silent").length ?? 0;
  return (
    <Page title={texts.title} description={texts.description}>
      <SpaceBetween size="l">
        <ServiceOff />
        {silent > 0 && (
          <Alert type="warning" header={texts.silent(silent)}>
            {texts.silentHint}
          </Alert>
        )}
        <Listing
          title={texts.logs}
          about={texts.logsHint}
          loadingText={texts.loading}
          loaded={logs}
          id={(c) => `${c.accountId} ${c.kind}`}
          search={(c) => [nameOf(c.accountId), kindText(c.kind), texts.states[stateOf(c)]]}
          columns={logColumns}
          empty={<Empty title={texts.empty} hint={texts.emptyHint} />}
        />
        <Listing
          title={texts.resources}
          about={texts.resourcesHint}
          loadingText={texts.loading}
          loaded={resources}
          id={(r) => `${r.resource} ${r.kind}`}
          search={(r) => [nameOf(r.accountId), kindText(r.kind), r.resource]}
          columns={resourceColumns}
          empty={<Empty title={texts.resourcesEmpty} />}
        />
      </SpaceBetween>
    </Page>
  );
}

const looks: Record<State, StatusIndicatorProps.Type> = {
  come: "success",
  silent: "warning",
  none: "pending",
  off: "stopped",
  suspended: "stopped",
  "no detector": "stopped",
};

function StateText({ covered }: { covered: Covered }) {
  const state = stateOf(covered);
  const indicator = <StatusIndicator type={looks[state]}>{texts.states[state]}</StatusIndicator>;
  const hint = state === "silent" ? texts.silentHint : state === "none" ? texts.noneHint : "";
  return hint ? <Popover content={hint}>{indicator}</Popover> : indicator;
}

function Skipped({ covered }: { covered: Covered }) {
  const n = skippedOf(covered);
  if (!n) return <>0</>;
  return (
    <Popover header={texts.skippedTitle} triggerAriaLabel={texts.skippedLabel(n)} size="large" content={<Counts label={texts.reason} count={texts.count} of={covered.skipped ?? {}} most={20} />}>
      {countText(n)}
    </Popover>
  );
}

type NameOf = (account: string) => string;

const logColumnsOf = (nameOf: NameOf): TableProps.ColumnDefinition<Covered>[] => [
  { id: "account", header: texts.columns.account, cell: (c) => nameOf(c.accountId), sortingField: "accountId", isRowHeader: true, minWidth: 125 },
  { id: "kind", header: texts.columns.kind, cell: (c) => kindText(c.kind), sortingField: "kind", minWidth: 110 },
  { id: "state", header: texts.columns.state, cell: (c) => <StateText covered={c} />, sortingComparator: (a, b) => stateOf(a).localeCompare(stateOf(b)), minWidth: 150 },
  { id: "last", header: texts.columns.last, cell: (c) => (c.last ? <Time at={c.last * 1000} zone /> : "-"), sortingField: "last", minWidth: 130 },
  { id: "records", header: texts.columns.records, cell: (c) => countText(c.last30Days.records), sortingComparator: (a, b) => a.last30Days.records - b.last30Days.records },
  { id: "bytes", header: texts.columns.bytes, cell: (c) => bytesText(c.last30Days.bytes), sortingComparator: (a, b) => a.last30Days.bytes - b.last30Days.bytes },
  { id: "skipped", header: texts.columns.skipped, cell: (c) => <Skipped covered={c} />, sortingComparator: (a, b) => skippedOf(a) - skippedOf(b) },
];

const day = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" });

const resourceColumnsOf = (nameOf: NameOf): TableProps.ColumnDefinition<CoveredResource>[] => [
  { id: "resource", header: texts.resource, cell: (r) => <Resource arn={r.resource} account={r.accountId} nameOf={nameOf} />, sortingField: "resource", isRowHeader: true, minWidth: 180 },
  { id: "kind", header: texts.columns.kind, cell: (r) => kindText(r.kind), sortingField: "kind", minWidth: 140 },
  { id: "records", header: texts.columns.records, cell: (r) => countText(r.records), sortingField: "records" },
  { id: "bytes", header: texts.columns.bytes, cell: (r) => bytesText(r.bytes), sortingField: "bytes" },
  { id: "last", header: texts.lastDay, cell: (r) => day.format(Date.parse(r.last)), sortingField: "last", minWidth: 120 },
];
