// What stands where no findings are: why, and the next step.

import { CreateSampleFindingsCommand } from "@aws-sdk/client-guardduty";
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { flash } from "../../api/flash.ts";
import { guardduty } from "../../api/guardduty.ts";
import { useMay } from "../../api/permissions.ts";
import { Empty } from "../../components/Empty.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { texts } from "../../texts/findings.ts";
import type { TableProps } from "./FindingsTable.tsx";

export function NoRows({ page, shown, show, region, detector, reload }: TableProps) {
  if (page.error && !page.data) return <LoadError error={page.error} retry={page.reload} />;
  if (Object.keys(shown.criterion).length > 0 || page.more) {
    return (
      <Empty
        title={texts.noMatch}
        hint={page.more ? texts.notYet : texts.noMatchHint}
        action={<Button onClick={() => show({ criterion: {} })}>{texts.clear}</Button>}
      />
    );
  }
  if (shown.archived) return <Empty title={texts.empty} hint={texts.emptyArchived} />;
  return <Empty title={texts.empty} hint={texts.emptyHint} action={<Samples region={region} detector={detector} done={reload} />} />;
}

function Samples({ region, detector, done }: { region: string; detector: string | undefined; done: () => Promise<unknown> }) {
  const [making, setMaking] = useState(false);
  if (!useMay()("guardduty:CreateSampleFindings")) return null;
  const make = async () => {
    setMaking(true);
    try {
      await guardduty(region).send(new CreateSampleFindingsCommand({ DetectorId: detector }));
      flash.success(texts.samplesMade);
      await done();
    } catch (error) {
      flash.error(error);
    }
    setMaking(false);
  };
  return (
    <Button loading={making} onClick={() => void make()}>
      {texts.samples}
    </Button>
  );
}
