// The most common types of findings, and the rarest.

import Box from "@cloudscape-design/components/box";
import Grid from "@cloudscape-design/components/grid";
import Spinner from "@cloudscape-design/components/spinner";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { lazy, Suspense } from "react";
import { Empty } from "../../components/Empty.tsx";
import { Parts } from "../../components/Parts.tsx";
import { Badge } from "./Badge.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/summary.ts";
import { Count } from "./Count.tsx";
import { useTypes } from "./numbers.ts";
import { addUp, least, shareOf, type Tally, type TypeGroup } from "./tally.ts";
import { Widget } from "./Widget.tsx";

const TypesChart = lazy(() => import("./TypesChart.tsx"));

const most = 5;
type Row = TypeGroup & Tally;
const names = texts.types.columns;

export function Types() {
  const loaded = useTypes();
  return (
    <Widget title={texts.types.title} about={texts.types.about} loaded={loaded}>
      {(answers) => {
        const all = addUp(answers);
        if (!all.length) return <Empty title={texts.types.empty} />;
        const total = all.reduce((n, g) => n + g.count, 0);
        const share = { id: "share", header: names.share, cell: (r: Row) => shareOf(r.count, total) };
        return (
          <Grid gridDefinition={[{ colspan: { default: 12, xs: 4 } }, { colspan: { default: 12, xs: 8 } }]}>
            <Suspense fallback={<Box textAlign="center"><Spinner /></Box>}>
              <TypesChart top={all.slice(0, most)} total={total} />
            </Suspense>
            <Rows title={texts.types.title} rows={all.slice(0, most)} columns={[...columns.slice(0, 3), share, ...columns.slice(3)]} />
          </Grid>
        );
      }}
    </Widget>
  );
}

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
  { id: "type", header: names.type, cell: (r) => <Parts of={r.key} />, isRowHeader: true },
  { id: "severity", header: names.severity, cell: (r) => <Badge band={r.band} /> },
  { id: "count", header: names.count, cell: (r) => <Count at={r.at} criterion={{ type: { equals: [r.key] } }} /> },
  { id: "last", header: names.last, cell: (r) => <Time at={r.last} /> },
];

function Rows({ title, rows, columns }: { title: string; rows: Row[]; columns: TableProps.ColumnDefinition<Row>[] }) {
  return <Table variant="embedded" wrapLines items={rows} trackBy="key" columnDefinitions={columns} ariaLabels={{ tableLabel: title }} />;
}
