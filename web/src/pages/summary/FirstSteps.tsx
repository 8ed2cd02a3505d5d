// What to do where there is nothing to see yet; it goes once there are findings.

import { CreateSampleFindingsCommand } from "@aws-sdk/client-guardduty";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Steps from "@cloudscape-design/components/steps";
import { type ReactNode, useState } from "react";
import { flash } from "../../api/flash.ts";
import { guardduty } from "../../api/guardduty.ts";
import { useLoad } from "../../api/load.ts";
import { useMay } from "../../api/permissions.ts";
import { useSession } from "../../api/session.ts";
import { readCoverage } from "../../api/statistics.ts";
import { useHref, useRegion } from "../../app/router.ts";
import { EnableButton } from "../../components/EnableService.tsx";
import { texts } from "../../texts/summary.ts";

const said = texts.first;

interface Props {
  detector: string | null;
  members: number;
  administers: boolean;
  onSamples: () => void;
}

export function FirstSteps({ detector, members, administers, onSamples }: Props) {
  const region = useRegion();
  const may = useMay();
  const href = useHref();
  const { operator } = useSession();
  const coverage = useLoad("summary/first/coverage", () => readCoverage(region), { off: !detector || !may("guardduty:ListCoverage") });
  const mayAdd = administers && may("guardduty:CreateMembers") && may("guardduty:InviteMembers");

  const steps = [
    step(Boolean(detector), said.enable.title, may("guardduty:CreateDetector") ? said.enable.text : said.enableMayNot, may("guardduty:CreateDetector") && <EnableButton />),
    step(
      coverage.data?.some((c) => c.last) ?? false,
      said.logs.title,
      operator ? said.logs.operator : said.logs.other,
      operator && <Button href={href("sources/add")}>{said.logs.add}</Button>,
    ),
    mayAdd && step(members > 0, said.accounts.title, said.accounts.text, detector && <Button href={href("accounts/add")}>{said.accounts.add}</Button>),
    may("guardduty:CreateSampleFindings") &&
      step(false, said.samples.title, said.samples.text, detector && <Samples detector={detector} onDone={onSamples} />),
  ].filter((s) => s !== false);
  return (
    <Container header={<Header variant="h2" description={said.about(region)}>{said.title}</Header>}>
      <Steps ariaLabel={said.title} steps={steps} />
    </Container>
  );
}

function step(done: boolean, title: string, text: string, action: ReactNode) {
  return {
    status: done ? ("success" as const) : ("pending" as const),
    statusIconAriaLabel: done ? said.done : said.todo,
    header: title,
    details: !done && (
      <SpaceBetween size="xs">
        <Box color="text-body-secondary">{text}</Box>
        {action}
      </SpaceBetween>
    ),
  };
}

function Samples({ detector, onDone }: { detector: string; onDone: () => void }) {
  const region = useRegion();
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    try {
      await guardduty(region).send(new CreateSampleFindingsCommand({ DetectorId: detector }));
      flash.success(said.samples.made);
      onDone();
    } catch (error) {
      flash.error(error);
    }
    setBusy(false);
  };
  return (
    <Button loading={busy} onClick={() => void make()}>
      {said.samples.generate}
    </Button>
  );
}
