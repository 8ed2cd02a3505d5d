// A table on a phone: its columns stand below one another in the first, or in the one that names the row, each after its header,
// save those that are to stay.

import Box from "@cloudscape-design/components/box";
import type { TableProps } from "@cloudscape-design/components/table";
import { Fragment } from "react";
import { useNarrow } from "../app/narrow.ts";

type Column<T> = TableProps.ColumnDefinition<T>;

const enough = 170; // px: a day with its year stands in one line

export function useFolded<T>(columns: Column<T>[], stay: (column: Column<T>) => boolean = () => false): Column<T>[] {
  return useNarrow() ? fold(columns, stay) : columns;
}

export function fold<T>(columns: Column<T>[], stay: (column: Column<T>) => boolean): Column<T>[] {
  const main = columns.find((c) => c.isRowHeader) ?? columns[0];
  const below = columns.filter((c) => c !== main && !stay(c));
  return columns
    .filter((c) => !below.includes(c))
    .map((c) => (c === main ? { ...c, width: undefined, minWidth: enough, cell: (item) => <Folded item={item} main={c} below={below} /> } : c));
}

function Folded<T>({ item, main, below }: { item: T; main: Column<T>; below: Column<T>[] }) {
  const cells = below.map((c) => ({ header: c.header, cell: c.cell(item) })).filter(({ cell }) => cell && cell !== "-");
  return (
    <>
      {main.cell(item)}
      {cells.length > 0 && (
        <Box color="text-body-secondary" fontSize="body-s">
          <dl className="folded">
            {cells.map(({ header, cell }, i) => (
              <Fragment key={i}>
                <dt>{header}</dt>
                <dd>{cell}</dd>
              </Fragment>
            ))}
          </dl>
        </Box>
      )}
    </>
  );
}
