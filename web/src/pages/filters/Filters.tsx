import { useCollection } from "@cloudscape-design/collection-hooks";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import Pagination from "@cloudscape-design/components/pagination";
import Popover from "@cloudscape-design/components/popover";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useMemo, useState } from "react";
import { deleteFilter, type Filter, useFilters } from "../../api/filters.ts";
import { flash } from "../../api/flash.ts";
import { useDetector } from "../../api/guardduty.ts";
import { useMay } from "../../api/permissions.ts";
import { useNarrow } from "../../app/narrow.ts";
import { Page } from "../../app/Page.tsx";
import { useHref, useRegion } from "../../app/router.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { Empty } from "../../components/Empty.tsx";
import { ServiceOff } from "../../components/EnableService.tsx";
import { useFolded } from "../../components/folded.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { SortCollection } from "../../components/SortBy.tsx";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/filters.ts";
import { Conditions } from "./Conditions.tsx";

export default function Filters() {
  const may = useMay();
  const href = useHref();
  const detector = useDetector();
  const { data, error, loading, reload } = useFilters();
  const [deleting, setDeleting] = useState<Filter>();
  const mayEdit = may("guardduty:UpdateFilter");

  const create = Boolean(detector.data) && may("guardduty:CreateFilter") && (
    <Button variant="primary" href={href("filters/create")}>
      {texts.create}
    </Button>
  );
  const empty = error ? <LoadError error={error} retry={reload} /> : <Empty title={texts.empty} hint={create ? texts.emptyHint : texts.emptyRead} action={create} />;
  const { items, collectionProps, filterProps, filteredItemsCount, paginationProps, actions } = useCollection(data ?? [], {
    filtering: {
      empty,
      noMatch: <Empty title={texts.noMatch} action={<Button onClick={() => actions.setFiltering("")}>{texts.clearFilter}</Button>} />,
      filteringFunction: (f, text) => JSON.stringify([f.name, f.description, f.findingCriteria]).toLowerCase().includes(text.toLowerCase()),
    },
    pagination: { pageSize: 50 },
    sorting: { defaultState: { sortingColumn: { sortingField: "rank" } } },
    selection: { trackBy: "name" },
  });
  const selected = data?.find((f) => f.name === collectionProps.selectedItems?.[0]?.name);
  const all = useMemo(() => columnsOf(mayEdit ? (name) => href(`filters/edit/${encodeURIComponent(name)}`) : undefined), [mayEdit, href]);
  const narrow = useNarrow();
  const columns = useFolded(all);

  const header = (
    <Header
      variant="awsui-h1-sticky"
      description={texts.description}
      counter={data && `(${data.length})`}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          {mayEdit && (
            <Button disabled={!selected} href={selected && href(`filters/edit/${encodeURIComponent(selected.name)}`)}>
              {texts.edit}
            </Button>
          )}
          {may("guardduty:DeleteFilter") && (
            <Button disabled={!selected} onClick={() => setDeleting(selected)}>
              {texts.delete}
            </Button>
          )}
          {create}
        </SpaceBetween>
      }
    >
      {texts.title}
    </Header>
  );
  return (
    <Page title={texts.title} bare help={texts.help}>
      <SpaceBetween size="m">
        <ServiceOff />
        {error !== undefined && items.length > 0 && <LoadError error={error} retry={reload} />}
        <Table
          {...collectionProps}
          variant="full-page"
          stickyHeader
          wrapLines
          items={items}
          columnDefinitions={columns}
          selectionType={mayEdit || may("guardduty:DeleteFilter") ? "single" : undefined}
          trackBy="name"
          loading={loading && !data}
          loadingText={texts.loading}
          ariaLabels={{ tableLabel: texts.title, selectionGroupLabel: texts.chooseGroup, itemSelectionLabel: (_, f) => texts.choose(f.name) }}
          header={header}
          filter={
            <SpaceBetween size="xs">
              <TextFilter {...filterProps} filteringPlaceholder={texts.find} filteringAriaLabel={texts.find} countText={texts.matches(filteredItemsCount ?? 0)} />
              {narrow && items.length > 0 && <SortCollection columns={all} collection={collectionProps} actions={actions} />}
            </SpaceBetween>
          }
          pagination={(data?.length ?? 0) > 50 && <Pagination {...paginationProps} />}
        />
      </SpaceBetween>
      {deleting && detector.data && (
        <DeleteFilter
          filter={deleting}
          detector={detector.data}
          onClose={() => {
            setDeleting(undefined);
            void reload();
          }}
        />
      )}
    </Page>
  );
}

function DeleteFilter({ filter, detector, onClose }: { filter: Filter; detector: string; onClose: () => void }) {
  const region = useRegion();
  const act = async () => {
    await deleteFilter(region, detector, filter.name);
    flash.success(texts.deleted(filter.name));
  };
  return (
    <Confirm title={texts.deleteTitle[filter.action](filter.name)} submit={texts.delete} act={act} onClose={onClose}>
      {texts.deleteText[filter.action]}
    </Confirm>
  );
}

function columnsOf(edit?: (name: string) => string): TableProps.ColumnDefinition<Filter>[] {
  return [
    { id: "name", header: texts.columns.name, cell: (f) => <Name filter={f} href={edit?.(f.name)} />, sortingField: "name", isRowHeader: true, minWidth: 125 },
    { id: "action", header: texts.columns.action, cell: (f) => texts.action[f.action], sortingField: "action" },
    { id: "criteria", header: texts.columns.criteria, cell: (f) => <Conditions criteria={f.findingCriteria.criterion} />, minWidth: 185 },
    { id: "rank", header: texts.columns.rank, cell: (f) => f.rank, sortingField: "rank" },
    { id: "matched", header: texts.columns.matched, cell: (f) => f.matched.toLocaleString("en"), sortingField: "matched" },
    { id: "last", header: texts.columns.last, cell: (f) => <Last filter={f} />, sortingField: "last", minWidth: 110 },
    { id: "updated", header: texts.columns.updated, cell: (f) => <Time at={f.updatedAt} />, sortingField: "updatedAt", minWidth: 110 },
  ];
}

function Name({ filter, href }: { filter: Filter; href?: string }) {
  return (
    <>
      {href ? <Link href={href}>{filter.name}</Link> : filter.name}
      {filter.description && (
        <Box color="text-body-secondary" fontSize="body-s">
          <span className="long">{filter.description}</span>
        </Box>
      )}
    </>
  );
}

function Last({ filter }: { filter: Filter }) {
  const last = filter.last ? <Time at={filter.last} /> : texts.never;
  if (!filter.idle) return <>{last}</>;
  return (
    <>
      {last}
      <div>
        <Popover content={texts.idleHint}>
          <StatusIndicator type="warning">{texts.idle}</StatusIndicator>
        </Popover>
      </div>
    </>
  );
}
