import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useMemo, useState } from "react";
import { useDetector, useSuspended } from "../../api/guardduty.ts";
import { Page } from "../../app/Page.tsx";
import { navigate, useHref, useQuery, useRegion } from "../../app/router.ts";
import type { PageProps } from "../../app/routes.ts";
import { ServiceOff } from "../../components/EnableService.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { Suspended } from "../../components/Suspended.tsx";
import { usePreferences } from "../../components/preferences.ts";
import { texts } from "../../texts/findings.ts";
import { readShown, type Shown, writeShown } from "./address.ts";
import { pathOf } from "./catalogue.ts";
import { Opened } from "./columns.tsx";
import { include } from "./criteria.ts";
import { titleOf } from "./document.ts";
import { standardSize } from "./first.ts";
import { FindingsTable, standard } from "./FindingsTable.tsx";
import { Panel, useFinding } from "./Panel.tsx";
import { useActions } from "./useActions.ts";
import "./findings.css";
import { recount, useNews, usePage, useRows } from "./useFindings.ts";

// The table of findings, and beside it the one that the address names.
export default function Findings({ params: { id: opened } }: PageProps) {
  const region = useRegion();
  const href = useHref();
  const detectors = useDetector();
  const detector = detectors.data ?? undefined;
  const [query, setQuery] = useQuery();
  const shown = useMemo(() => readShown(query, pathOf), [query]);
  const show = useCallback((change: Partial<Shown>) => setQuery(writeShown({ ...shown, ...change })), [shown, setQuery]);
  const hrefOf = useCallback((id?: string) => href(id ? `findings/${id}` : "findings") + location.search, [href]);
  const open = useCallback((id?: string) => navigate(hrefOf(id), { stay: true }), [hrefOf]);

  const [preferences, setPreferences] = usePreferences("findings", standard);
  const page = usePage(region, detector, shown, preferences.pageSize ?? standardSize);
  const newestFirst = shown.sort === "updatedAt" && shown.descending;
  const rows = useRows(page.data, page.query, newestFirst);
  const suspended = useSuspended(page.data && detector); // the rows come first
  const finding = useFinding(region, detector, opened);

  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const selected = rows.filter((r) => chosen.has(r.id));
  const reloadTable = () => Promise.all([page.reload(), recount(region)]);
  const reload = () => Promise.all([reloadTable(), finding.reload()]);
  const actions = useActions(region, detector, reload);
  const news = useNews(region, page, page.index === 0 && newestFirst && !selected.length && !opened, reloadTable);

  return (
    <Page
      title={opened && finding.data ? titleOf(finding.data.api) : texts.title}
      bare
      splitPanelOpen={Boolean(opened && detector)}
      splitPanelOf={detector && opened}
      onSplitPanelToggle={(to) => !to && open()}
      splitPanel={
        opened && detector ? (
          <Panel
            key={opened}
            id={opened}
            region={region}
            detector={detector}
            finding={finding}
            actions={actions}
            pick={(path, value, operator) => show({ criterion: include(shown.criterion, path, value, operator) })}
            hrefOf={hrefOf}
            open={open}
            showAll={(criterion) => show({ criterion, archived: false })}
          />
        ) : undefined
      }
    >
      {detectors.data === null ? (
        <ServiceOff>{texts.offHint}</ServiceOff>
      ) : detectors.error ? (
        <LoadError error={detectors.error} retry={detectors.reload} />
      ) : (
        <SpaceBetween size="m">
          {suspended && <Suspended />}
          {page.error && page.data ? <LoadError error={page.error} retry={page.reload} /> : null}
          <Opened value={opened}>
            <FindingsTable
              {...{ region, detector, shown, show, page, rows, selected, choose, actions, news, reload, hrefOf, open, preferences, setPreferences }}
            />
          </Opened>
        </SpaceBetween>
      )}
    </Page>
  );
}
