// The accounts and the resources with the most findings.

import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { Empty } from "../../components/Empty.tsx";
import { useFolded } from "../../components/folded.tsx";
import { Parts } from "../../components/Parts.tsx";
import { Time } from "../../components/Time.tsx";
import { texts as findings } from "../../texts/findings.ts";
import { texts } from "../../texts/summary.ts";
import { type Band, bandNames, type Criterion } from "../findings/criteria.ts";
import { Count } from "./Count.tsx";
import { ofBands, useGroups } from "./numbers.ts";
import { attributeOf, resourceTypes } from "./resources.ts";
import { addUp, type Tally } from "./tally.ts";
import { Widget } from "./Widget.tsx";

const most = 10;

const named = (resourceType: string) => findings.resources[resourceType] ?? resourceType;

export function TopAccounts({ nameOf }: { nameOf: (account: string) => string }) {
  const said = texts.top;
  const [band, setBand] = useState<Band | "">("High");
  const criterion = band ? ofBands([band]) : {};
  const loaded = useGroups("ACCOUNT", criterion);
  const columns = useFolded<Tally>([
    { id: "account", header: said.columns.account, cell: (g) => nameOf(g.key), isRowHeader: true },
    { id: "count", header: said.columns.count, cell: (g) => <Count at={g.at} account={g.key} criterion={criterion} /> },
    { id: "last", header: said.columns.last, cell: (g) => <Time at={g.last} /> },
  ]);
  return (
    <Widget title={said.title} actions={<Severities value={band} onChange={setBand} of={said.title} />} loaded={loaded}>
      {(answers) => (
        <Table
          variant="embedded"
          wrapLines
          items={addUp(answers).slice(0, most)}
          trackBy="key"
          ariaLabels={{ tableLabel: said.title }}
          columnDefinitions={columns}
          empty={<Empty title={said.empty} />}
        />
      )}
    </Widget>
  );
}

export function TopResources({ nameOf }: { nameOf: (account: string) => string }) {
  const said = texts.resources;
  const [band, setBand] = useState<Band | "">("");
  const [type, setType] = useState("");
  const criterion: Criterion = { ...(band ? ofBands([band]) : {}), ...(type ? { "resource.resourceType": { equals: [type] } } : {}) };
  const loaded = useGroups("RESOURCE", criterion);
  const types = ["", ...resourceTypes].map((value) => ({ value, label: value ? named(value) : said.anyType }));
  const actions = (
    <SpaceBetween direction="horizontal" size="xs">
      <Select
        options={types}
        selectedOption={types.find((t) => t.value === type) ?? null}
        ariaLabel={said.type}
        onChange={({ detail }) => setType(detail.selectedOption.value ?? "")}
      />
      <Severities value={band} onChange={setBand} of={said.title} />
    </SpaceBetween>
  );
  const columns = useFolded<Tally>([
    { id: "resource", header: said.columns.resource, cell: (g) => <Parts of={g.key} />, isRowHeader: true, minWidth: 160 },
    { id: "type", header: said.columns.type, cell: (g) => g.type && named(g.type) },
    { id: "account", header: said.columns.account, cell: (g) => nameOf(g.account ?? ""), minWidth: 120 },
    {
      id: "count",
      header: said.columns.count,
      cell: (g) => <Count at={g.at} account={g.account} criterion={{ ...criterion, ...isResource(g.type ?? "", g.key) }} />,
    },
    { id: "last", header: said.columns.last, cell: (g) => <Time at={g.last} />, minWidth: 120 },
  ]);
  return (
    <Widget title={said.title} actions={actions} loaded={loaded}>
      {(answers) => (
        <Table
          variant="embedded"
          wrapLines
          items={addUp(answers, (g) => `${g.account} ${g.type} ${g.key}`).slice(0, most)}
          ariaLabels={{ tableLabel: said.title }}
          columnDefinitions={columns}
          empty={<Empty title={said.empty} />}
        />
      )}
    </Widget>
  );
}

function isResource(type: string, id: string): Criterion {
  const attribute = attributeOf(type);
  return { "resource.resourceType": { equals: [type] }, ...(attribute ? { [attribute]: { equals: [id] } } : {}) };
}

function Severities({ value, onChange, of }: { value: Band | ""; onChange: (band: Band | "") => void; of: string }) {
  const options = (["", ...bandNames] as const).map((band) => ({ value: band, label: band || texts.anySeverity }));
  return (
    <Select
      options={options}
      selectedOption={options.find((o) => o.value === value) ?? null}
      ariaLabel={`${texts.severity}: ${of}`}
      onChange={({ detail }) => onChange((detail.selectedOption.value ?? "") as Band | "")}
    />
  );
}
