import PieChart from "@cloudscape-design/components/pie-chart";
import { texts } from "../../texts/summary.ts";
import { shareOf } from "./tally.ts";
import type { Row } from "./Types.tsx";

const said = texts.types;

export default function TypesChart({ rows, total }: { rows: Row[]; total: number }) {
  return (
    <PieChart
      variant="donut"
      size="medium"
      hideFilter
      hideLegend
      hideTitles
      hideDescriptions // the labels' timer outlives them, and throws when the chart goes within 25 ms of a change; the table says both
      data={rows.map(({ key, count, color }) => ({ title: key, value: count, color }))}
      innerMetricValue={total.toLocaleString("en")}
      innerMetricDescription={said.findings}
      detailPopoverContent={(d) => [
        { key: said.columns.count, value: d.value.toLocaleString("en") },
        { key: said.columns.share, value: shareOf(d.value, total) },
      ]}
      segmentDescription={(d) => shareOf(d.value, total)}
      ariaLabel={said.title}
    />
  );
}
