import "./summary.css";
import BarChart from "@cloudscape-design/components/bar-chart";
import { Empty } from "../../components/Empty.tsx";
import { texts } from "../../texts/summary.ts";
import { bandNames } from "../findings/criteria.ts";
import type { DayCounts } from "./chart.ts";
import { Count } from "./Count.tsx";
import { dayPeriod } from "./scope.ts";

const said = texts.days;
const short = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", timeZone: "UTC" });

export default function DaysChart({ days, counts }: { days: string[]; counts: DayCounts }) {
  if (!counts.days.size) return <Empty title={said.empty} hint={said.emptyHint} />;
  const series = [...bandNames].reverse().map((band) => ({
    type: "bar" as const,
    title: band,
    color: `var(--severity-${band.toLowerCase()})`,
    data: days.map((day) => ({ x: day, y: counts.bands.get(band)?.get(day) ?? 0 })),
  }));
  return (
    <BarChart
      stackedBars
      hideFilter
      height={260}
      series={series}
      xDomain={days}
      xScaleType="categorical"
      xTitle={said.x}
      yTitle={said.y}
      yDomain={[0, ceiling(Math.max(...[...counts.days.values()].map((at) => Object.values(at).reduce((a, b) => a + b, 0))))]}
      ariaLabel={said.title}
      i18nStrings={{ xTickFormatter: (day) => short.format(Date.parse(String(day))), yTickFormatter: (n) => (Number.isInteger(n) ? n.toLocaleString("en") : "") }}
      detailPopoverFooter={(day) => (
        <>
          {said.y}: <Count at={counts.days.get(String(day)) ?? {}} period={dayPeriod(String(day))} />
        </>
      )}
    />
  );
}

// ceiling leaves some room above the highest bar, and at least four steps, so that no tick stands between whole numbers.
const ceiling = (highest: number) => Math.max(4, Math.ceil(highest * 1.1));
