// The table: what is shown is chosen above it, and done with what is selected.

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import CollectionPreferences, { type CollectionPreferencesProps } from "@cloudscape-design/components/collection-preferences";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useDeferredValue, useMemo, useState } from "react";
import { useMay } from "../../api/permissions.ts";
import { useNarrow } from "../../app/narrow.ts";
import { fold } from "../../components/folded.tsx";
import { SortBy } from "../../components/SortBy.tsx";
import { texts } from "../../texts/findings.ts";
import { AccountChoice } from "./AccountChoice.tsx";
import type { Shown } from "./address.ts";
import { BulkActions } from "./BulkActions.tsx";
import { columnsOf, type Row } from "./columns.tsx";
import { withoutWildcards } from "./criteria.ts";
import { titleOf } from "./document.ts";
import { Filter } from "./Filter.tsx";
import { standardSize } from "./first.ts";
import { NoRows } from "./NoRows.tsx";
import { optionsOf } from "./properties.tsx";
import { Quick } from "./Quick.tsx";
import { SavedFilters } from "./SavedFilters.tsx";
import { noRule, SaveFilter } from "./SaveFilter.tsx";
import type { Actions } from "./useActions.ts";
import { type News, type PageShown, useCounts } from "./useFindings.ts";

type Preferences = CollectionPreferencesProps.Preferences;

const pageSizes = [10, 20, 50];

// So many rows are drawn at first, and the others after: a screen shows no more, and a row costs milliseconds.
const onScreen = 15;

// A window so wide, in px, has room for the columns beside the navigation.
const enough = 1250;

// How the table looks at first.
export const standard: Preferences = {
  pageSize: standardSize,
  wrapLines: true,
  stripedRows: false,
  contentDisplay: Object.keys(texts.columns).map((id) => ({ id, visible: !["created", "region", "feedback"].includes(id) })),
};

export interface TableProps {
  region: string;
  detector: string | undefined;
  shown: Shown;
  show: (change: Partial<Shown>) => void;
  page: PageShown;
  rows: readonly Row[];
  selected: readonly Row[];
  choose: (ids: ReadonlySet<string>) => void;
  actions: Actions;
  news: News;
  reload: () => Promise<unknown>;
  hrefOf: (id: string) => string;
  open: (id: string) => void;
  preferences: Preferences;
  setPreferences: (next: Preferences) => void;
}

export function FindingsTable(props: TableProps) {
  const { shown, show, page, rows, selected, choose, preferences } = props;
  const { hrefOf, open } = props;
  const narrow = useNarrow();
  // The rows that are on the screen are drawn at once, the others when there is time.
  const of = page.data && `${page.query} ${page.index}`;
  const there = useMemo(() => ({ of, rows }), [of, rows]);
  const first = useMemo(() => ({ of, rows: rows.slice(0, onScreen) }), [of, rows]);
  const deferred = useDeferredValue(there, first);
  const drawn = deferred.of === of ? deferred : first;
  const [spare] = useState(() => Math.max(0, innerWidth - enough));
  const columns = useMemo(() => columnsOf({ hrefOf, open, spare }), [hrefOf, open, spare]);
  const visible = useMemo(
    () => preferences.contentDisplay?.flatMap(({ id, visible }) => columns.filter((c) => visible && c.id === id)) ?? columns,
    [columns, preferences.contentDisplay],
  );
  // What is left of it is sorted by SortBy.
  const folded = useMemo(() => (narrow ? fold(visible, () => false).map((c) => ({ ...c, sortingField: undefined })) : columns), [narrow, columns, visible]);
  const sort = (by: { sortingField?: string }, descending: boolean) => show({ sort: by.sortingField ?? shown.sort, descending });
  return (
    <Table
      variant="full-page"
      stickyHeader
      resizableColumns={!narrow}
      items={drawn.rows}
      trackBy="id"
      columnDefinitions={folded}
      columnDisplay={preferences.contentDisplay}
      wrapLines={narrow || preferences.wrapLines}
      stripedRows={preferences.stripedRows}
      loading={!props.detector || (page.loading && !page.data)}
      loadingText={texts.loading}
      selectionType="multi"
      selectedItems={[...selected]}
      onSelectionChange={({ detail }) => choose(new Set(detail.selectedItems.map((r) => r.id)))}
      ariaLabels={{
        tableLabel: texts.title,
        selectionGroupLabel: texts.selection,
        allItemsSelectionLabel: () => texts.selectAll,
        itemSelectionLabel: (_, row) => texts.select(titleOf(row.finding)),
      }}
      sortingColumn={{ sortingField: shown.sort }}
      sortingDescending={shown.descending}
      onSortingChange={({ detail }) => sort(detail.sortingColumn, detail.isDescending ?? false)}
      header={<Head {...props} />}
      filter={
        <SpaceBetween size="s">
          <Choice {...props} />
          {narrow && <SortBy columns={visible} by={{ sortingField: shown.sort }} descending={shown.descending} onChange={sort} />}
        </SpaceBetween>
      }
      pagination={
        <Pagination
          currentPageIndex={page.index + 1}
          pagesCount={page.known}
          openEnd={page.more}
          disabled={page.loading && !page.data}
          onChange={({ detail }) => page.go(detail.currentPageIndex - 1)}
          ariaLabels={{ nextPageLabel: texts.pages.next, previousPageLabel: texts.pages.previous, pageLabel: texts.pages.page, paginationLabel: texts.pages.all }}
        />
      }
      preferences={
        <CollectionPreferences
          title={texts.preferences}
          confirmLabel={texts.confirm}
          cancelLabel={texts.cancel}
          preferences={preferences}
          onConfirm={({ detail }) => props.setPreferences(detail)}
          pageSizePreference={{ title: texts.pageSize, options: pageSizes.map((value) => ({ value, label: texts.perPage(value) })) }}
          wrapLinesPreference={narrow ? undefined : { label: texts.wrap, description: texts.wrapHint }}
          stripedRowsPreference={{ label: texts.striped, description: texts.stripedHint }}
          contentDisplayPreference={{
            title: texts.visible,
            options: columns.map((c) => ({ id: c.id, label: String(c.header), alwaysVisible: c.id === "title" })),
          }}
        />
      }
      empty={<NoRows {...props} />}
    />
  );
}

// What is counted is known by what shows it alone: a table is too much to draw again for a number.
const useCountsOf = ({ region, detector, shown, page }: TableProps) => useCounts(region, detector, shown, Boolean(page.data));

// Choice is what is chosen to be shown.
function Choice(props: TableProps) {
  const { region, detector, shown, show, page } = props;
  const may = useMay();
  const counts = useCountsOf(props);
  const listed = withoutWildcards(shown.criterion);
  const wildcards = Object.values(shown.criterion).some((c) => c.matches || c.notMatches);
  const [saving, setSaving] = useState<"save" | "suppress">();
  const [asking, setAsking] = useState(false);
  const findings = asking ? page.data?.findings : undefined; // their values are many, and seldom asked for
  const options = useMemo(() => optionsOf(findings ?? [], counts.types, counts.accounts), [findings, counts.types, counts.accounts]);
  return (
    <SpaceBetween size="s">
      {saving && detector && (
        <SaveFilter
          region={region}
          detector={detector}
          criterion={shown.criterion}
          suppress={saving === "suppress"}
          close={() => setSaving(undefined)}
          done={props.reload}
        />
      )}
      <Quick shown={shown} show={show} severities={counts.severities} />
      <div onFocus={() => setAsking(true)}>
        <Filter
          criterion={shown.criterion}
          unknown={shown.unknown}
          onChange={(criterion) => show({ criterion })}
          options={options}
          count={counts.total}
          loading={page.loading}
          control={
            <SpaceBetween direction="horizontal" size="xs">
              {may("guardduty:ListFilters") && <SavedFilters show={show} />}
              <AccountChoice shown={shown} show={show} accounts={counts.accounts} />
            </SpaceBetween>
          }
          actions={
            may("guardduty:CreateFilter")
              ? [
                  { id: "save", text: texts.save.title },
                  { id: "suppress", text: texts.suppress.title, disabledReason: noRule(shown) },
                ]
              : []
          }
          act={setSaving}
        />
      </div>
      {wildcards && <Button onClick={() => show({ criterion: listed })}>{texts.filter.clearWildcards}</Button>}
    </SpaceBetween>
  );
}

function Head(props: TableProps) {
  const { page, news, selected, choose, reload } = props;
  const counts = useCountsOf(props);
  return (
    <SpaceBetween size="m">
      <Header
        variant="awsui-h1-sticky"
        description={texts.description}
        counter={counts.total === undefined ? undefined : texts.count(counts.total, selected.length)}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="refresh" ariaLabel={texts.refresh} onClick={() => void reload()} loading={page.loading && Boolean(page.data)} />
            <BulkActions {...props} done={() => choose(new Set())} />
          </SpaceBetween>
        }
      >
        {texts.title}
      </Header>
      {news.waiting && <Alert action={<Button onClick={news.show}>{texts.showNewer}</Button>}>{texts.newer}</Alert>}
    </SpaceBetween>
  );
}
