// The findings to look at first.

import Link from "@cloudscape-design/components/link";
import Table from "@cloudscape-design/components/table";
import Toggle from "@cloudscape-design/components/toggle";
import { useState } from "react";
import { useHref } from "../../app/router.ts";
import { Empty } from "../../components/Empty.tsx";
import { useFolded } from "../../components/folded.tsx";
import { Parts } from "../../components/Parts.tsx";
import { Severity } from "../../components/Severity.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/summary.ts";
import { titleOf } from "../findings/document.ts";
import { useAbout } from "./context.tsx";
import { isSequence, useSeverest } from "./numbers.ts";
import { type Placed, severest } from "./tally.ts";
import { Widget } from "./Widget.tsx";

const most = 8;
const said = texts.findings;
const names = said.columns;

export function TopFindings({ nameOf }: { nameOf: (account: string) => string }) {
  const href = useHref();
  const { everywhere } = useAbout();
  const [sequences, setSequences] = useState(false);
  const loaded = useSeverest(most, sequences ? isSequence : {});
  const toggle = (
    <Toggle checked={sequences} onChange={({ detail }) => setSequences(detail.checked)}>
      {said.sequences}
    </Toggle>
  );
  const columns = useFolded<Placed>([
    { id: "severity", header: names.severity, cell: ({ finding }) => <Severity value={finding.Severity} />, minWidth: 100 },
    {
      id: "title",
      header: names.title,
      cell: ({ region, finding }) => <Link href={href(`findings/${finding.Id}`, region)}><Parts of={titleOf(finding)} /></Link>,
      isRowHeader: true,
      minWidth: 220,
    },
    { id: "account", header: names.account, cell: ({ finding }) => nameOf(finding.AccountId ?? ""), minWidth: 130 },
    ...(everywhere ? [{ id: "region", header: names.region, cell: ({ region }: Placed) => region, minWidth: 110 }] : []),
    { id: "last", header: names.last, cell: ({ finding }) => <Time at={finding.UpdatedAt ? new Date(finding.UpdatedAt) : undefined} />, minWidth: 110 },
  ]);
  return (
    <Widget title={said.title} about={said.about} actions={toggle} loaded={loaded}>
      {(answers) => (
        <Table
          variant="embedded"
          wrapLines
          items={severest(answers, most)}
          trackBy={({ region, finding }) => `${region} ${finding.Id}`}
          ariaLabels={{ tableLabel: said.label }}
          columnDefinitions={columns}
          empty={<Empty title={sequences ? said.noSequences : said.empty} />}
        />
      )}
    </Widget>
  );
}
