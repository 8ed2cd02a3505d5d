// A number of findings that leads to them: to the one region that they are of, or to a choice of regions.

import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import Popover from "@cloudscape-design/components/popover";
import { useHref } from "../../app/router.ts";
import { texts } from "../../texts/summary.ts";
import type { Criterion } from "../findings/criteria.ts";
import { useAbout } from "./context.tsx";
import { findingsOf, type Period, pageOf, periodOf } from "./scope.ts";
import { type Places, sum } from "./tally.ts";

interface Props {
  at: Places;
  criterion?: Criterion;
  account?: string; // instead of those that are chosen
  period?: Period; // instead of the one that is chosen
  more?: boolean; // there are more than were counted
  large?: boolean;
  total?: number; // shown instead of the sum
}

export function Count({ at, criterion, account, period, more, large, total }: Props) {
  const href = useHref();
  const { days, accounts } = useAbout();
  const regions = Object.keys(at).filter((region) => at[region]);
  const text = texts.count(total ?? sum(at), more);
  const fontSize = large ? "display-l" : undefined;
  const fontWeight = large ? "bold" : "normal"; // as a large link has it
  const address = (region: string) =>
    pageOf(href, region, findingsOf(account ? [account] : accounts, period ?? periodOf(days, Date.now()), criterion));
  const [only] = regions;
  if (!only) return <Box fontSize={fontSize} fontWeight={fontWeight}>{text}</Box>;
  if (regions.length === 1)
    return (
      <Link href={address(only)} fontSize={fontSize} variant={large ? "awsui-value-large" : "secondary"}>
        {text}
      </Link>
    );
  return (
    <Popover
      header={texts.byRegion}
      content={regions.map((region) => (
        <div key={region}>
          <Link href={address(region)}>{texts.findingsIn(region, at[region] ?? 0)}</Link>
        </div>
      ))}
    >
      <Box fontSize={fontSize} fontWeight={fontWeight} color="text-status-info">
        {text}
      </Box>
    </Popover>
  );
}
