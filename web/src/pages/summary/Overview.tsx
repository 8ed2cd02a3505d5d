import "./summary.css";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Spinner from "@cloudscape-design/components/spinner";
import type { ReactNode } from "react";
import { type Group, mostGroups } from "../../api/statistics.ts";
import { LoadError } from "../../components/LoadError.tsx";
import { severityLabel } from "../../components/Severity.tsx";
import { texts } from "../../texts/summary.ts";
import { type Each, useAbout } from "./context.tsx";
import { Count } from "./Count.tsx";
import { Without } from "./NotAsked.tsx";
import { isSequence, type NowAndBefore, ofBands, useGroupsNowAndBefore, useSeverities } from "./numbers.ts";
import { placesOf, sum } from "./tally.ts";

const said = texts.overview;
const severe = ["Critical", "High"] as const;

type Severities = [severity: number, count: number][];

export function Overview() {
  const { days } = useAbout();
  const all = useSeverities("severities");
  const sequences = useSeverities("sequences", isSequence);
  const resources = useGroupsNowAndBefore("RESOURCE");
  const accounts = useGroupsNowAndBefore("ACCOUNT");
  const asked = [all, sequences, resources, accounts];
  const refused = new Map(asked.flatMap((a) => [...a.refused]));
  const whole = (counts: Severities) => counts.reduce((n, [, count]) => n + count, 0);
  const bad = (counts: Severities) => whole(counts.filter(([s]) => severe.some((band) => band === severityLabel(s))));
  return (
    <Container header={<Header variant="h2" description={said.changeHint[days]}>{said.title}</Header>}>
      <Without regions={refused} retry={() => Promise.all(asked.map((a) => a.reload()))} />
      <div className="summary-figures">
        <Figure label={said.total} of={all} count={whole} />
        <Figure label={said.severe} of={all} count={bad} criterion={ofBands(severe)} />
        <Figure label={said.sequences} of={sequences} count={whole} criterion={isSequence} />
        <Figure label={said.resources} of={resources} count={number} distinct={resourceKey} most={mostGroups} />
        <Figure label={said.accounts} of={accounts} count={number} distinct={(g) => g.key} most={mostGroups} />
      </div>
    </Container>
  );
}

const number = (groups: Group[]) => groups.length;
const resourceKey = (g: Group) => `${g.account} ${g.type} ${g.key}`;

interface FigureProps<T> {
  label: string;
  of: Each<NowAndBefore<T>>;
  count: (answer: T) => number;
  criterion?: Parameters<typeof Count>[0]["criterion"];
  distinct?: T extends (infer G)[] ? (g: G) => string : never; // of things that are in several regions
  most?: number; // that a region tells of
}

function Figure<T>(props: FigureProps<T>) {
  return (
    <div role="group" aria-label={props.label}>
      <Box variant="awsui-key-label">{props.label}</Box>
      <Value {...props} />
    </div>
  );
}

function Value<T>({ of, count, criterion, distinct, most }: FigureProps<T>): ReactNode {
  if (of.error !== undefined) return <LoadError error={of.error} retry={of.reload} />;
  if (!of.data) return <Spinner />;
  const places = (side: "now" | "before") => placesOf(of.data!.map(({ region, answer }) => ({ region, answer: count(answer[side]) })));
  const number = (side: "now" | "before") =>
    distinct ? new Set(of.data!.flatMap(({ answer }) => (answer[side] as never[]).map(distinct as (g: never) => string))).size : sum(places(side));
  const at = places("now");
  const cut = most !== undefined && Object.values(at).some((n) => n >= most);
  return (
    <>
      <Box margin={{ bottom: "xs" }}>
        <Count at={at} total={number("now")} criterion={criterion} more={cut} large />
      </Box>
      {!cut && (
        <Box color="text-body-secondary" fontSize="body-s">
          {said.change(number("now"), number("before"))}
        </Box>
      )}
    </>
  );
}
