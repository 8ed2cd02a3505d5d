import { useCollection } from "@cloudscape-design/collection-hooks";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import PropertyFilter, { type PropertyFilterProps } from "@cloudscape-design/components/property-filter";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import Toggle from "@cloudscape-design/components/toggle";
import { useMemo, useState } from "react";
import { type AuditPage, readAudit } from "../../api/audit.ts";
import { flash } from "../../api/flash.ts";
import { useLoad } from "../../api/load.ts";
import { Page } from "../../app/Page.tsx";
import { download } from "../../components/csv.ts";
import { Empty } from "../../components/Empty.tsx";
import { useFolded } from "../../components/folded.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { Parts } from "../../components/Parts.tsx";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/audit.ts";
import { EventPanel } from "./EventPanel.tsx";
import { lines, type Row, rowOf } from "./read.ts";

const names = texts.columns;

const properties: PropertyFilterProps.FilteringProperty[] = (["event", "who", "from", "outcome", "source"] as const).map((key) => ({
  key,
  propertyLabel: names[key],
  groupValuesLabel: names[key],
  operators: ["=", "!=", ":", "!:"],
}));

export default function Audit() {
  const [changes, setChanges] = useState(true);
  const { records, error, loading, more, reload, older } = useAudit(changes);
  const [open, setOpen] = useState<Row>();
  const rows = useMemo(() => records?.map(rowOf) ?? [], [records]);
  const { items, actions, collectionProps, propertyFilterProps, filteredItemsCount } = useCollection(rows, {
    propertyFiltering: {
      filteringProperties: properties,
      empty: error ? <LoadError error={error} retry={reload} /> : <Empty title={texts.empty} hint={texts.emptyHint} />,
      noMatch: (
        <Empty
          title={texts.noMatch}
          hint={texts.noMatchHint}
          action={<Button onClick={() => actions.setPropertyFiltering({ tokens: [], operation: "and" })}>{texts.clearFilter}</Button>}
        />
      ),
    },
  });
  const columns = useFolded(useMemo(() => columnsOf(setOpen, open), [open]));

  return (
    <Page
      title={texts.title}
      bare
      splitPanel={open && <EventPanel row={open} />}
      splitPanelOpen={Boolean(open)}
      splitPanelOf={open && String(open.record.seq)}
      onSplitPanelToggle={(shown) => !shown && setOpen(undefined)}
    >
      <SpaceBetween size="m">
        {error !== undefined && records && <LoadError error={error} retry={reload} />}
        <Table
          {...collectionProps}
          variant="full-page"
          stickyHeader
          wrapLines
          items={items}
          columnDefinitions={columns}
          trackBy={(r) => String(r.record.seq)}
          loading={loading && !records}
          loadingText={texts.loading}
          ariaLabels={{ tableLabel: texts.title }}
          header={
            <Header
              variant="awsui-h1-sticky"
              description={texts.description}
              counter={records && `(${rows.length}${more ? "+" : ""})`}
              actions={
                <SpaceBetween direction="horizontal" size="xs">
                  <Button iconName="refresh" ariaLabel={texts.refresh} loading={loading && Boolean(records)} onClick={() => void reload()} />
                  <Button
                    disabled={!items.length}
                    onClick={() => download("audit.jsonl", "application/x-ndjson", lines(items))}
                  >
                    {texts.download}
                  </Button>
                </SpaceBetween>
              }
            >
              {texts.title}
            </Header>
          }
          filter={
            <PropertyFilter
              {...propertyFilterProps}
              filteringPlaceholder={texts.filter}
              filteringAriaLabel={texts.filter}
              countText={texts.matches(filteredItemsCount ?? 0)}
              expandToViewport
              customControl={
                <Toggle checked={!changes} onChange={({ detail }) => setChanges(!detail.checked)}>
                  {texts.reads}
                </Toggle>
              }
            />
          }
          footer={
            records && (rows.length > 0 || more) && (
              <Box textAlign="center">
                {more ? (
                  <Button loading={loading} onClick={older}>
                    {texts.older}
                  </Button>
                ) : (
                  <Box color="text-body-secondary">{texts.all}</Box>
                )}
              </Box>
            )
          }
        />
      </SpaceBetween>
    </Page>
  );
}

// useAudit reads the latest, and older ones when asked. To read again begins anew.
function useAudit(changes: boolean) {
  const latest = useLoad(`audit ${changes}`, () => readAudit(changes));
  const [older, setOlder] = useState<{ than: AuditPage | undefined } & AuditPage>();
  const [busy, setBusy] = useState(false);
  const more = older?.than === latest.data ? older : undefined; // else they are of what was read before
  const records = useMemo(() => latest.data && [...latest.data.records, ...(more?.records ?? [])], [latest.data, more]);
  const next = more ? more.next : latest.data?.next;

  const readOlder = async () => {
    setBusy(true);
    try {
      const page = await readAudit(changes, next);
      setOlder({ than: latest.data, records: [...(more?.records ?? []), ...page.records], next: page.next });
    } catch (error) {
      flash.error(error);
    }
    setBusy(false);
  };
  return { records, error: latest.error, loading: latest.loading || busy, more: Boolean(next), reload: latest.reload, older: () => void readOlder() };
}

function columnsOf(show: (row: Row) => void, open: Row | undefined): TableProps.ColumnDefinition<Row>[] {
  const isOpen = (r: Row) => r.record.seq === open?.record.seq;
  return [
    { id: "time", header: names.time, cell: (r) => <Time at={r.record.time} zone />, minWidth: 130 },
    {
      id: "event",
      header: names.event,
      cell: (r) => (
        <Link variant="secondary" onFollow={() => show(r)} nativeAttributes={{ "aria-current": isOpen(r) }}>
          <Box fontWeight={isOpen(r) ? "bold" : "normal"} display="inline" color="inherit">
            <Parts of={r.event} />
          </Box>
        </Link>
      ),
      isRowHeader: true,
      minWidth: 200,
    },
    {
      id: "outcome",
      header: names.outcome,
      cell: (r) => (
        <span title={r.why || undefined}>
          <StatusIndicator type={r.code ? "error" : "success"}>
            <Parts of={r.outcome} />
          </StatusIndicator>
        </span>
      ),
      minWidth: 175,
    },
    { id: "who", header: names.who, cell: (r) => <Parts of={r.who} />, minWidth: 110 },
    { id: "from", header: names.from, cell: (r) => (r.from ? <Parts of={r.from} /> : "-"), minWidth: 120 },
  ];
}
