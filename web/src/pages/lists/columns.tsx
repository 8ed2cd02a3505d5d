import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Popover from "@cloudscape-design/components/popover";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { TableProps } from "@cloudscape-design/components/table";
import type { List } from "../../api/lists.ts";
import { StatusIndicator, type StatusIndicatorProps } from "../../components/StatusIndicator.tsx";
import { localTime, Time } from "../../components/Time.tsx";
import { countText } from "../../components/amounts.ts";
import { Counts } from "../../components/Counts.tsx";
import { texts } from "../../texts/lists.ts";

const looks: Record<string, StatusIndicatorProps.Type> = {
  ACTIVE: "success",
  INACTIVE: "stopped",
  ACTIVATING: "in-progress",
  DEACTIVATING: "in-progress",
  ERROR: "error",
  DELETE_PENDING: "pending",
  DELETED: "stopped",
};

interface Reactivation {
  reactivate: (list: List) => void;
  mayReactivate: (list: List) => boolean;
}

export function columns(props: Reactivation): TableProps.ColumnDefinition<List>[] {
  return [
    { id: "name", header: texts.columns.name, cell: (l) => l.name, sortingField: "name", isRowHeader: true, minWidth: 140 },
    { id: "status", header: texts.columns.status, cell: (l) => <Status list={l} {...props} />, sortingField: "status", minWidth: 150 },
    { id: "entries", header: texts.columns.entries, cell: (l) => (l.readAt && l.status !== "INACTIVE" ? l.entries.toLocaleString("en") : "-"), sortingField: "entries" },
    { id: "hits", header: texts.columns.hits, cell: (l) => <Hits list={l} />, sortingField: "hits", minWidth: 100 },
    { id: "location", header: texts.columns.location, cell: (l) => <span className="long">{l.location}</span>, minWidth: 170 },
    { id: "read", header: texts.columns.read, cell: (l) => (l.readAt ? <Time at={l.readAt} /> : "-"), sortingField: "readAt", minWidth: 130 },
  ];
}

function Status({ list, reactivate, mayReactivate }: Reactivation & { list: List }) {
  const name = texts.statuses[list.status] ?? list.status;
  const indicator = <StatusIndicator type={looks[list.status] ?? "info"}>{name}</StatusIndicator>;
  const bad = list.status === "ERROR";
  return (
    <SpaceBetween size="xxs">
      {list.reason ? (
        <Popover header={bad ? texts.why : texts.note} content={list.reason} triggerAriaLabel={texts.whyOf(name, list.name)} size="medium">
          {indicator}
        </Popover>
      ) : (
        indicator
      )}
      {bad && list.reason && (
        <Box variant="small" color="text-status-error">
          {list.reason.slice(0, 200)}
        </Box>
      )}
      {Boolean(list.changedAt) && (
        <Popover content={texts.changedHint(localTime(list.changedAt ?? 0))} size="medium">
          <StatusIndicator type="warning">{texts.changed}</StatusIndicator>
        </Popover>
      )}
      {Boolean(list.changedAt) && mayReactivate(list) && (
        <Button variant="inline-link" ariaLabel={texts.reactivateOf(list.name)} onClick={() => reactivate(list)}>
          {texts.action.reactivate}
        </Button>
      )}
    </SpaceBetween>
  );
}

function Hits({ list }: { list: List }) {
  if (!list.hits || !list.hitsOf) return <>{countText(list.hits)}</>;
  return (
    <>
      <Popover
      header={texts.hitsTitle(list.name)}
      triggerAriaLabel={texts.hitsLabel(countText(list.hits), list.name)}
      size="large"
      content={
        <SpaceBetween size="xs">
          <span>{texts.hitsOf(list.hits)}</span>
          <Counts label={texts.entry} count={texts.columns.hits} of={list.hitsOf} most={10} />
        </SpaceBetween>
      }
    >
        {countText(list.hits)}
      </Popover>
      <Box variant="small" display="block">
        {texts.lastHit} <Time at={list.lastHit} />
      </Box>
    </>
  );
}
