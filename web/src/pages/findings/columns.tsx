import type { Finding } from "@aws-sdk/client-guardduty";
import Badge from "@cloudscape-design/components/badge";
import Link from "@cloudscape-design/components/link";
import type { TableProps } from "@cloudscape-design/components/table";
import { Parts } from "../../components/Parts.tsx";
import { Severity } from "../../components/Severity.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/findings.ts";
import { type Doc, resourceOf, titleOf, wire } from "./document.ts";

export interface Row {
  id: string;
  finding: Finding;
  fresh: boolean; // came, or came again, while the table was shown
}

interface Context {
  hrefOf: (id: string) => string;
  open: (id: string) => void;
}

// The columns; sortingField is the attribute that the server sorts by.
export function columnsOf({ hrefOf, open }: Context): (TableProps.ColumnDefinition<Row> & { id: string })[] {
  const c = texts.columns;
  return [
    { id: "severity", header: c.severity, cell: ({ finding }) => <Severity value={finding.Severity} />, sortingField: "severity", width: 130 },
    {
      id: "title",
      header: c.title,
      isRowHeader: true,
      width: 320,
      cell: ({ id, finding, fresh }) => (
        <div className="clip">
          {fresh && <Badge color="blue">{texts.fresh}</Badge>}
          <Link
            href={hrefOf(id)}
            onFollow={(event) => {
              event.preventDefault();
              open(id);
            }}
          >
            {titleOf(finding)}
          </Link>
        </div>
      ),
    },
    { id: "type", header: c.type, cell: ({ finding }) => (finding.Type ? <Parts of={finding.Type} /> : "-"), sortingField: "type", width: 250 },
    { id: "resource", header: c.resource, cell: ({ finding }) => <ResourceName finding={finding} />, sortingField: "resource.resourceType", width: 220 },
    { id: "updated", header: c.updated, cell: ({ finding }) => <Time at={dateOf(finding.UpdatedAt)} />, sortingField: "updatedAt", width: 210 },
    { id: "account", header: c.account, cell: ({ finding }) => finding.AccountId ?? "-", sortingField: "accountId", width: 150 },
    { id: "count", header: c.count, cell: ({ finding }) => finding.Service?.Count?.toLocaleString("en") ?? "-", sortingField: "service.count", width: 100 },
    { id: "created", header: c.created, cell: ({ finding }) => <Time at={dateOf(finding.CreatedAt)} />, sortingField: "createdAt", width: 210 },
    { id: "region", header: c.region, cell: ({ finding }) => finding.Region ?? "-", sortingField: "region", width: 130 },
    { id: "feedback", header: c.feedback, cell: ({ finding }) => feedback(finding.Service?.UserFeedback), sortingField: "service.userFeedback", width: 130 },
  ];
}

function ResourceName({ finding }: { finding: Finding }) {
  const { type, id } = resourceOf(wire({ Resource: finding.Resource }) as Doc);
  return <>{id ? `${type}: ${id}` : type || "-"}</>;
}

const dateOf = (text: string | undefined) => (text ? new Date(text) : undefined);

const feedback = (given: string | undefined) => (texts.feedback as Record<string, string | undefined>)[given ?? ""] ?? given ?? "-";
