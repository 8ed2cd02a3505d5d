import type { Finding } from "@aws-sdk/client-guardduty";
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import type { TableProps } from "@cloudscape-design/components/table";
import { createContext, useContext } from "react";
import { Parts } from "../../components/Parts.tsx";
import { Severity } from "../../components/Severity.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/findings.ts";
import { type Doc, nameOfResource, titleOf, wire } from "./document.ts";

export interface Row {
  id: string;
  finding: Finding;
  fresh: boolean; // came, or came again, while the table was shown
}

interface Context {
  hrefOf: (id: string) => string;
  open: (id: string) => void;
  spare: number; // px beyond those that the columns need
}

// Opened is the finding that the panel shows.
export const Opened = createContext<string | undefined>(undefined);

// The columns; sortingField is the attribute that the server sorts by.
export function columnsOf({ hrefOf, open, spare }: Context): (TableProps.ColumnDefinition<Row> & { id: string })[] {
  const c = texts.columns;
  return [
    { id: "severity", header: c.severity, cell: ({ finding }) => <Severity value={finding.Severity} />, sortingField: "severity", width: 115 },
    {
      id: "title",
      header: c.title,
      isRowHeader: true,
      sortingField: "type",
      width: 238 + (spare * 2) / 3,
      cell: (row) => <Title row={row} href={hrefOf(row.id)} open={open} />,
    },
    { id: "resource", header: c.resource, cell: resourceName, sortingField: "resource.resourceType", width: 184 + spare / 3 },
    { id: "updated", header: c.updated, cell: ({ finding }) => <Time at={dateOf(finding.UpdatedAt)} />, sortingField: "updatedAt", width: 134 },
    { id: "account", header: c.account, cell: ({ finding }) => finding.AccountId ?? "-", sortingField: "accountId", width: 140 },
    { id: "count", header: c.count, cell: ({ finding }) => finding.Service?.Count?.toLocaleString("en") ?? "-", sortingField: "service.count", width: 100 },
    { id: "created", header: c.created, cell: ({ finding }) => <Time at={dateOf(finding.CreatedAt)} />, sortingField: "createdAt", width: 134 },
    { id: "region", header: c.region, cell: ({ finding }) => finding.Region ?? "-", sortingField: "region", width: 130 },
    { id: "feedback", header: c.feedback, cell: ({ finding }) => feedback(finding.Service?.UserFeedback), sortingField: "service.userFeedback", width: 130 },
  ];
}

function Title({ row: { id, finding, fresh }, href, open }: { row: Row; href: string; open: (id: string) => void }) {
  const opened = useContext(Opened) === id;
  const name = <Parts of={titleOf(finding)} />;
  return (
    <>
      <div className="clip">
        {fresh && <Badge color="blue">{texts.fresh}</Badge>}{" "}
        <Link
          href={href}
          nativeAttributes={opened ? { "aria-current": "true" } : undefined}
          onFollow={(event) => {
            event.preventDefault();
            open(id);
          }}
        >
          {opened ? <b>{name}</b> : name}
        </Link>
      </div>
      <div className="clip">
        <Box color="text-body-secondary" fontSize="body-s" display="inline">
          <Parts of={finding.Type ?? ""} />
        </Box>
      </div>
    </>
  );
}

const resourceName = ({ finding }: Row) => <Parts of={nameOfResource(wire({ Resource: finding.Resource }) as Doc)} />;

const dateOf = (text: string | undefined) => (text ? new Date(text) : undefined);

const feedback = (given: string | undefined) => (texts.feedback as Record<string, string | undefined>)[given ?? ""] ?? given ?? "-";
