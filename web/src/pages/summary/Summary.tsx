// The start page: what was found, where, and whether the logs come.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Grid from "@cloudscape-design/components/grid";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useMemo } from "react";
import { useAccounts } from "../../api/accounts.ts";
import { countBySeverity } from "../../api/findings.ts";
import { useDetector, useSuspended } from "../../api/guardduty.ts";
import { useLoad } from "../../api/load.ts";
import { useMay } from "../../api/permissions.ts";
import { useSession } from "../../api/session.ts";
import { Page } from "../../app/Page.tsx";
import { useQuery, useRegion } from "../../app/router.ts";
import { LoadError } from "../../components/LoadError.tsx";
import { Suspended } from "../../components/Suspended.tsx";
import { texts } from "../../texts/summary.ts";
import { type About, AboutContext, usePlaces, useTurned, useTurns } from "./context.tsx";
import { Controls } from "./Controls.tsx";
import { CoverageWidget } from "./CoverageWidget.tsx";
import { Days } from "./Days.tsx";
import { FirstSteps } from "./FirstSteps.tsx";
import { NotAsked } from "./NotAsked.tsx";
import { Overview } from "./Overview.tsx";
import { readScope, writeScope } from "./scope.ts";
import { TopAccounts, TopResources } from "./Top.tsx";
import { TopFindings } from "./TopFindings.tsx";
import { Least, Types } from "./Types.tsx";

export default function Summary() {
  const region = useRegion();
  const may = useMay();
  const { regions } = useSession();
  const [query, change] = useQuery();
  const scope = useMemo(() => readScope(query), [query]);
  const asked = scope.everywhere ? regions.join(",") : region;
  const places = usePlaces(asked);
  const [turn, next] = useTurns(asked);
  const { accounts, nameOf, administers } = useAccounts();
  const mayNumbers = may("guardduty:GetFindingsStatistics");
  const about: About = { ...scope, places: places.data?.on ?? [], turn };
  const found = useEver(region, mayNumbers, turn);
  const suspended = useSuspended(found.detector);

  return (
    <Page title={texts.title} description={texts.description} help={texts.help}>
      <AboutContext value={about}>
        <SpaceBetween size="l">
          {suspended && <Suspended />}
          {mayNumbers && (
            <Controls scope={scope} change={(some) => change(writeScope({ ...scope, ...some }))} accounts={accounts} regions={regions.length} refresh={next} />
          )}
          {found.detector !== undefined && found.ever === 0 && (
            <FirstSteps detector={found.detector} members={accounts.length - 1} administers={administers} onSamples={next} />
          )}
          {places.error !== undefined && <LoadError error={places.error} retry={places.reload} />}
          {places.data && <NotAsked regions={places.data.refused} retry={places.reload} />}
          {!places.data && places.error === undefined && (
            <Box textAlign="center">
              <Spinner size="large" />
            </Box>
          )}
          {about.places.length > 0 &&
            (mayNumbers ? (
              <Widgets nameOf={nameOf} known={accounts.map((a) => a.id)} administers={administers} may={may} />
            ) : (
              <Alert type="info">{texts.mayNot}</Alert>
            ))}
        </SpaceBetween>
      </AboutContext>
    </Page>
  );
}

interface WidgetsProps {
  nameOf: (account: string) => string;
  known: string[];
  administers: boolean;
  may: (action: string) => boolean;
}

const half = { colspan: { default: 12, s: 6 } };
const wideHalf = { colspan: { default: 12, m: 6 } };
const whole = { colspan: 12 };

function Widgets({ nameOf, known, administers, may }: WidgetsProps) {
  const mayFindings = may("guardduty:ListFindings") && may("guardduty:GetFindings");
  const mayCoverage = may("guardduty:ListCoverage");
  const first = [...(mayFindings ? [whole] : []), ...(mayCoverage ? [half, half] : [whole])];
  return (
    <SpaceBetween size="l">
      <Overview />
      <Grid gridDefinition={[...first, whole, wideHalf, wideHalf, whole]}>
        {mayFindings && <TopFindings nameOf={nameOf} />}
        <Days />
        {mayCoverage && <CoverageWidget known={known} administers={administers} />}
        <Types />
        <TopAccounts nameOf={nameOf} />
        <Least />
        <TopResources nameOf={nameOf} />
      </Grid>
    </SpaceBetween>
  );
}

// useEver is the page's detector, and how many findings there ever were; both undefined until it is known.
function useEver(region: string, may: boolean, turn: number): { detector?: string | null; ever?: number } {
  const detector = useDetector();
  const id = detector.data;
  const read = async () => (await countBySeverity(region, id ?? "", {})).reduce((sum, [, n]) => sum + n, 0);
  const count = useLoad(`summary/ever ${id}`, read, { off: !id || !may });
  useTurned(turn, count.reload);
  return { detector: id, ever: id === null ? 0 : count.data };
}
