// Things and how many of each, the most frequent first.

import Box from "@cloudscape-design/components/box";
import Table from "@cloudscape-design/components/table";
import { texts } from "../texts/shell.ts";

interface Props {
  label: string; // what the things are
  count: string; // what is counted
  of: Record<string, number>;
  most: number; // so many are shown
}

export function Counts({ label, count, of, most }: Props) {
  const all = Object.entries(of).sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
  return (
    <>
      <Table
        variant="borderless"
        contentDensity="compact"
        wrapLines
        items={all.slice(0, most)}
        ariaLabels={{ tableLabel: label }}
        columnDefinitions={[
          { id: "thing", header: label, cell: ([thing]) => <span className="long">{thing}</span>, isRowHeader: true },
          { id: "count", header: count, cell: ([, n]) => n.toLocaleString("en") },
        ]}
      />
      {all.length > most && <Box color="text-body-secondary">{texts.rest(all.length - most)}</Box>}
    </>
  );
}
