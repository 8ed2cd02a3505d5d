// Tests a source as soon as it is opened, and shows what each step found and how long it took.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useCallback, useEffect, useRef, useState } from "react";
import { type SourceStatus, testSource, type TestStep } from "../../api/operator.ts";
import { Dialog } from "../../components/Dialog.tsx";
import { useFolded } from "../../components/folded.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { Parts } from "../../components/Parts.tsx";
import { sentence } from "../../components/sentence.ts";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { texts } from "../../texts/sources.ts";
import { throughServer, took } from "./logic.ts";

export function TestDialog({ of, onClose }: { of: SourceStatus; onClose: () => void }) {
  const [steps, setSteps] = useState<TestStep[]>();
  const [error, setError] = useState<unknown>();
  const begun = useRef(false);
  const run = useCallback(async () => {
    setSteps(undefined);
    setError(undefined);
    try {
      setSteps(await testSource(of.id));
    } catch (failed) {
      setError(failed);
    }
  }, [of.id]);
  useEffect(() => {
    if (begun.current) return; // a test is not sent twice because the page is drawn twice
    begun.current = true;
    void run();
  }, [run]);

  const busy = !steps && error === undefined;
  const footer = (
    <Box float="right">
      <SpaceBetween direction="horizontal" size="xs">
        <Button onClick={() => void run()} disabled={busy}>
          {texts.testAgain}
        </Button>
        <Button variant="primary" onClick={onClose}>
          {texts.close}
        </Button>
      </SpaceBetween>
    </Box>
  );
  return (
    <Dialog size="large" header={texts.testTitle(of.id)} footer={footer} onDismiss={onClose}>
      {busy && <StatusIndicator type="in-progress">{texts.testing}</StatusIndicator>}
      {error !== undefined && <LoadError error={error} retry={run} />}
      {steps && <Steps steps={steps} />}
    </Dialog>
  );
}

function Steps({ steps }: { steps: TestStep[] }) {
  const whole = throughServer(steps);
  const columns = useFolded<TestStep>([
    {
      id: "what",
      header: texts.testStep,
      isRowHeader: true,
      minWidth: 200,
      cell: (s) => (
        <>
          <StatusIndicator type={s.failed ? "error" : "success"} iconAriaLabel={s.failed ? texts.stepFailed : texts.stepDone} /> <Parts of={sentence(s.what)} />
        </>
      ),
    },
    { id: "found", header: texts.testFound, cell: (s) => (s.failed || s.found ? <span className="written">{s.failed || s.found}</span> : texts.dash) },
    { id: "took", header: texts.testTook, cell: (s) => took(s.nanoseconds) },
  ]);
  return (
    <SpaceBetween size="m">
      <Table
        variant="embedded"
        wrapLines
        items={steps}
        columnDefinitions={columns}
        ariaLabels={{ tableLabel: texts.testStep }}
      />
      {whole === undefined ? <Alert type="error">{texts.testFailed}</Alert> : <Alert type="success">{texts.testOk(took(whole))}</Alert>}
    </SpaceBetween>
  );
}
