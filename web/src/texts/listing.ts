export const texts = {
  filter: "Find",
  matches: (n: number) => (n === 1 ? "1 match" : `${n} matches`),
  noMatch: "No match",
  clear: "Clear the filter",
  sortBy: "Sort by",
  unsorted: "Choose",
  ascending: "Sort ascending",
  descending: "Sort descending",
  refresh: (title: string) => `Read again: ${title}`,
  selection: "Selection",
  selectAll: "Select all",
  select: (name: string) => `Select ${name}`,
};
