import Box from "@cloudscape-design/components/box";
import type { TableProps } from "@cloudscape-design/components/table";
import { useMemo } from "react";
import { useAccounts } from "../../api/accounts.ts";
import { useLoad } from "../../api/load.ts";
import { type Destination, readDestinations } from "../../api/operator.ts";
import { Page } from "../../app/Page.tsx";
import { Empty } from "../../components/Empty.tsx";
import { Listing } from "../../components/Listing.tsx";
import { Parts } from "../../components/Parts.tsx";
import { sentence } from "../../components/sentence.ts";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/destinations.ts";
import { duration } from "../sources/logic.ts";

const names = texts.columns;

export default function Destinations() {
  const destinations = useLoad("operator/destinations", readDestinations);
  const { nameOf } = useAccounts();
  const columns = useMemo(() => columnsOf(nameOf), [nameOf]);
  return (
    <Page title={texts.title} bare>
      <Listing
        page
        title={texts.title}
        about={texts.description}
        loadingText={texts.loading}
        loaded={destinations}
        id={(d) => d.id}
        search={(d) => [d.id, d.url ?? "", nameOf(d.accountId), d.type, d.state.error ?? ""]}
        columns={columns}
        empty={<Empty title={texts.empty} hint={texts.emptyHint} />}
      />
    </Page>
  );
}

const columnsOf = (nameOf: (account: string) => string): TableProps.ColumnDefinition<Destination>[] => [
  { id: "id", header: names.id, cell: (d) => d.id, sortingField: "id", isRowHeader: true, minWidth: 100 },
  { id: "state", header: names.state, cell: (d) => <Delivery of={d} />, minWidth: 130 },
  { id: "type", header: names.type, cell: (d) => texts.types[d.type] ?? d.type, sortingField: "type", minWidth: 80 },
  { id: "url", header: names.url, cell: (d) => <Parts of={[d.url?.replace(/^mailto:/, ""), d.format && `(${d.format})`].filter(Boolean).join(" ")} />, minWidth: 170 },
  { id: "of", header: names.of, cell: (d) => `${nameOf(d.accountId)}, ${d.region || texts.everyRegion}`, sortingField: "accountId", minWidth: 120 },
  { id: "what", header: names.what, cell: what, minWidth: 110 },
  { id: "waiting", header: names.waiting, cell: (d) => d.waiting.toLocaleString("en"), minWidth: 75 },
  { id: "givenUp", header: names.givenUp, cell: (d) => d.givenUp.toLocaleString("en"), minWidth: 75 },
];

function what(d: Destination): string {
  const some = [
    d.minSeverity ? texts.from(d.minSeverity) : "",
    d.accounts?.length ? texts.accounts(d.accounts.length) : "",
    d.digest ? texts.digest(duration(d.digest)) : "",
    d.quiet ? texts.quiet(d.quiet, d.zone || texts.utc) : "",
  ].filter(Boolean);
  return some.length ? sentence(some.join(", ")) : texts.everything;
}

function Delivery({ of }: { of: Destination }) {
  const { failingSince, error, deliveredAt } = of.state;
  const [type, text] = failingSince ? (["error", texts.failing] as const) : deliveredAt ? (["success", texts.working] as const) : (["pending", texts.idle] as const);
  return (
    <>
      <StatusIndicator type={type}>{text}</StatusIndicator>
      <Box color="text-body-secondary" fontSize="body-s">
        {failingSince && (
          <div>
            {texts.since} <Time at={failingSince} />
          </div>
        )}
        {error && failingSince && <div className="written">{error}</div>}
        {deliveredAt && (
          <div>
            {texts.last} <Time at={deliveredAt} />
          </div>
        )}
      </Box>
    </>
  );
}
