// Findings of each day, by severity.

import Box from "@cloudscape-design/components/box";
import Spinner from "@cloudscape-design/components/spinner";
import { lazy, Suspense } from "react";
import { texts } from "../../texts/summary.ts";
import { useAbout } from "./context.tsx";
import { shownDays, useDays } from "./numbers.ts";
import { daysOf } from "./scope.ts";
import { byBand, type DayCounts } from "./chart.ts";
import { Widget } from "./Widget.tsx";

const DaysChart = lazy(() => import("./DaysChart.tsx"));
const said = texts.days;

export function Days() {
  const { days } = useAbout();
  const loaded = useDays();
  return (
    <Widget title={said.title} about={said.about(shownDays(days))} loaded={loaded}>
      {(answers) => {
        const counts: DayCounts = byBand(answers);
        return (
          <Suspense fallback={<Box textAlign="center"><Spinner /></Box>}>
            <DaysChart days={daysOf(shownDays(days), Date.now())} counts={counts} />
          </Suspense>
        );
      }}
    </Widget>
  );
}
