import PieChart from "@cloudscape-design/components/pie-chart";
import { texts } from "../../texts/summary.ts";
import { shareOf, type Tally } from "./tally.ts";

const said = texts.types;

export default function TypesChart({ top, total }: { top: Tally[]; total: number }) {
  const rest = total - top.reduce((n, g) => n + g.count, 0);
  const data = [...top.map((g) => ({ title: g.key, value: g.count })), ...(rest ? [{ title: said.other, value: rest, color: "#8c8c94" }] : [])];
  return (
    <PieChart
      variant="donut"
      size="medium"
      hideFilter
      hideLegend
      hideTitles
      hideDescriptions // the labels' timer outlives them, and throws when the chart goes within 25 ms of a change; the table says both
      data={data}
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
