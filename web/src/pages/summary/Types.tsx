// The most common types of findings, and the rarest.

import Box from "@cloudscape-design/components/box";
import Grid from "@cloudscape-design/components/grid";
import Spinner from "@cloudscape-design/components/spinner";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { lazy, Suspense } from "react";
import { Empty } from "../../components/Empty.tsx";
import { useFolded } from "../../components/folded.tsx";
import { Parts } from "../../components/Parts.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/summary.ts";
import type { Band } from "../findings/criteria.ts";
import { Badge } from "./Badge.tsx";
import { Count } from "./Count.tsx";
import { useTypes } from "./numbers.ts";
import { addUp, least, shareOf, type Tally } from "./tally.ts";
import { Widget } from "./Widget.tsx";

const TypesChart = lazy(() => import("./TypesChart.tsx"));

const most = 5;
const names = texts.types.columns;
const colors = ["var(--type-1)", "var(--type-2)", "var(--type-3)", "var(--type-4)", "var(--type-5)"];

export interface Row extends Tally {
  band?: Band; // what stands for all other types has none
  color?: string; // in the chart
}

export function Types() {
  const loaded = useTypes();
  return (
    <Widget title={texts.types.title} about={texts.types.about} loaded={loaded}>
      {(answers) => {
        const all = addUp(answers);
        if (!all.length) return <Empty title={texts.types.empty} />;
        const total = count(all);
        const top = all.slice(0, most).map((r, i): Row => ({ ...r, color: colors[i] }));
        const others = { key: texts.types.other, count: total - count(top), last: 0, at: {}, color: "var(--type-other)" };
        const rows = others.count ? [...top, others] : top;
        const share = { id: "share", header: names.share, cell: (r: Row) => shareOf(r.count, total) };
        return (
          <Grid gridDefinition={[{ colspan: { default: 12, xs: 3 } }, { colspan: { default: 12, xs: 9 } }]}>
            <Suspense fallback={<Box textAlign="center"><Spinner /></Box>}>
              <TypesChart rows={rows} total={total} />
            </Suspense>
            <Rows title={texts.types.title} rows={rows} columns={[...columns.slice(0, 3), share, ...columns.slice(3)]} />
          </Grid>
        );
      }}
    </Widget>
  );
}

const count = (rows: readonly Tally[]) => rows.reduce((n, r) => n + r.count, 0);

export function Least() {
  const loaded = useTypes();
  return (
    <Widget title={texts.least.title} about={texts.least.about} loaded={loaded}>
      {(answers) => {
        const rows = least(addUp(answers), most);
        return rows.length ? <Rows title={texts.least.title} rows={rows} columns={columns} /> : <Empty title={texts.least.empty} />;
      }}
    </Widget>
  );
}

const columns: TableProps.ColumnDefinition<Row>[] = [
  { id: "type", header: names.type, cell: (r) => <Type row={r} />, isRowHeader: true, minWidth: 200 },
  { id: "severity", header: names.severity, cell: (r) => (r.band ? <Badge band={r.band} /> : "-") },
  { id: "count", header: names.count, cell: (r) => (r.band ? <Count at={r.at} criterion={{ type: { equals: [r.key] } }} /> : texts.count(r.count)) },
  { id: "last", header: names.last, cell: (r) => (r.last ? <Time at={r.last} /> : "-") },
];

function Type({ row }: { row: Row }) {
  return (
    <>
      {row.color && (
        <svg className="swatch" viewBox="0 0 1 1" aria-hidden>
          <rect width="1" height="1" fill={row.color} />
        </svg>
      )}
      <Parts of={row.key} />
    </>
  );
}

function Rows({ title, rows, columns }: { title: string; rows: Row[]; columns: TableProps.ColumnDefinition<Row>[] }) {
  return <Table variant="embedded" wrapLines items={rows} trackBy="key" columnDefinitions={useFolded(columns)} ariaLabels={{ tableLabel: title }} />;
}
