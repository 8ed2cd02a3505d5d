import { CreateSampleFindingsCommand } from "@aws-sdk/client-guardduty";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import CollectionPreferences from "@cloudscape-design/components/collection-preferences";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useCallback, useMemo, useState } from "react";
import { flash } from "../../api/flash.ts";
import { guardduty, useDetector } from "../../api/guardduty.ts";
import { useMay } from "../../api/permissions.ts";
import { Page } from "../../app/Page.tsx";
import { navigate, useHref, useQuery, useRegion } from "../../app/router.ts";
import type { PageProps } from "../../app/routes.ts";
import { LoadError } from "../../components/LoadError.tsx";
import { texts } from "../../texts/findings.ts";
import { readShown, type Shown, writeShown } from "./address.ts";
import { columnsOf } from "./columns.tsx";
import { Filter } from "./Filter.tsx";
import { pageSizes, usePreferences } from "./preferences.ts";
import { optionsOf } from "./properties.tsx";
import { Quick } from "./Quick.tsx";
import { useCounts, useNews, usePage, useRows } from "./useFindings.ts";

export default function Findings({ params }: PageProps) {
  const detector = useDetector();
  return (
    <Page title={texts.title} bare>
      {detector.data === null ? (
        <Alert header={texts.off}>{texts.offHint}</Alert>
      ) : detector.error ? (
        <LoadError error={detector.error} retry={detector.reload} />
      ) : (
        <FindingsTable detector={detector.data} open={params.id} />
      )}
    </Page>
  );
}

function FindingsTable({ detector, open }: { detector: string | undefined; open: string | undefined }) {
  const region = useRegion();
  const href = useHref();
  const [query, setQuery] = useQuery();
  const shown = useMemo(() => readShown(query), [query]);
  const show = useCallback((change: Partial<Shown>) => setQuery(writeShown({ ...shown, ...change })), [shown, setQuery]);

  const hrefOf = useCallback((id: string) => href(`findings/${id}`) + location.search, [href]);
  const columns = useMemo(() => columnsOf({ hrefOf, open: (id) => navigate(hrefOf(id), { stay: true }) }), [hrefOf]);
  const [preferences, setPreferences] = usePreferences(columns.map((c) => c.id));
  const page = usePage(region, detector, shown, preferences.pageSize ?? 50);
  const newestFirst = shown.sort === "updatedAt" && shown.descending;
  const rows = useRows(page.data, page.query, newestFirst);
  const { counts, accounts, types } = useCounts(region, detector, shown, Boolean(page.data));

  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const selected = rows.filter((r) => chosen.has(r.id));
  const reload = () => Promise.all([page.reload(), counts.reload(), accounts.reload(), types.reload()]);
  const { news, show: showNews } = useNews(region, page.index === 0 && newestFirst && !selected.length && !open, reload);
  const options = useMemo(
    () => optionsOf(page.data?.findings ?? [], types.data ?? [], accounts.data ?? []),
    [page.data, types.data, accounts.data],
  );
  const filtered = Object.keys(shown.criterion).length > 0;

  return (
    <Table
      variant="full-page"
      stickyHeader
      resizableColumns
      items={rows}
      trackBy="id"
      columnDefinitions={columns}
      columnDisplay={preferences.contentDisplay}
      wrapLines={preferences.wrapLines}
      stripedRows={preferences.stripedRows}
      loading={!detector || (page.loading && !page.data)}
      loadingText={texts.loading}
      selectionType="multi"
      selectedItems={selected}
      onSelectionChange={({ detail }) => setChosen(new Set(detail.selectedItems.map((r) => r.id)))}
      ariaLabels={{
        tableLabel: texts.title,
        selectionGroupLabel: texts.selection,
        allItemsSelectionLabel: () => texts.selectAll,
        itemSelectionLabel: (_, row) => texts.select(row.finding.Title ?? row.id),
      }}
      sortingColumn={{ sortingField: shown.sort }}
      sortingDescending={shown.descending}
      onSortingChange={({ detail }) => show({ sort: detail.sortingColumn.sortingField ?? shown.sort, descending: detail.isDescending ?? false })}
      header={
        <SpaceBetween size="m">
          <Header
            variant="awsui-h1-sticky"
            description={texts.description}
            counter={counts.data && texts.count(counts.data.total)}
            actions={<Button iconName="refresh" ariaLabel={texts.refresh} onClick={() => void reload()} loading={page.loading && Boolean(page.data)} />}
          >
            {texts.title}
          </Header>
          {news && (
            <Alert action={<Button onClick={showNews}>{texts.showNewer}</Button>}>{texts.newer}</Alert>
          )}
        </SpaceBetween>
      }
      filter={
        <SpaceBetween size="s">
          <Quick shown={shown} show={show} severities={counts.data?.severities} accounts={accounts.data ?? []} />
          <Filter
            criterion={shown.criterion}
            onChange={(criterion) => show({ criterion })}
            options={options}
            count={counts.data?.total}
            loading={page.loading}
          />
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
          onConfirm={({ detail }) => setPreferences(detail)}
          pageSizePreference={{ title: texts.pageSize, options: pageSizes.map((value) => ({ value, label: texts.perPage(value) })) }}
          wrapLinesPreference={{ label: texts.wrap, description: texts.wrapHint }}
          stripedRowsPreference={{ label: texts.striped, description: texts.stripedHint }}
          contentDisplayPreference={{
            title: texts.visible,
            options: columns.map((c) => ({ id: c.id, label: String(c.header), alwaysVisible: c.id === "title" })),
          }}
        />
      }
      empty={
        page.error ? (
          <LoadError error={page.error} retry={page.reload} />
        ) : filtered || page.more ? (
          <Nothing title={texts.noMatch} hint={page.more ? texts.notYet : texts.noMatchHint}>
            {filtered && <Button onClick={() => show({ criterion: {} })}>{texts.clear}</Button>}
          </Nothing>
        ) : shown.archived ? (
          <Nothing title={texts.empty} hint={texts.emptyArchived} />
        ) : (
          <Nothing title={texts.empty} hint={texts.emptyHint}>
            <Samples region={region} detector={detector} done={reload} />
          </Nothing>
        )
      }
    />
  );
}

function Nothing({ title, hint, children }: { title: string; hint: string; children?: React.ReactNode }) {
  return (
    <Box textAlign="center" padding={{ vertical: "l" }}>
      <SpaceBetween size="m">
        <div>
          <Box variant="strong">{title}</Box>
          <Box color="text-body-secondary">{hint}</Box>
        </div>
        {children}
      </SpaceBetween>
    </Box>
  );
}

function Samples({ region, detector, done }: { region: string; detector: string | undefined; done: () => Promise<unknown> }) {
  const [making, setMaking] = useState(false);
  if (!useMay()("guardduty:CreateSampleFindings")) return null;
  const make = async () => {
    setMaking(true);
    try {
      await guardduty(region).send(new CreateSampleFindingsCommand({ DetectorId: detector }));
      flash.success(texts.samplesMade);
      await done();
    } catch (error) {
      flash.error(error);
    }
    setMaking(false);
  };
  return (
    <Button loading={making} onClick={() => void make()}>
      {texts.samples}
    </Button>
  );
}
