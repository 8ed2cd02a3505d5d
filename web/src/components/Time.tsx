// A time in the reader's own zone, with UTC as the tooltip; nothing is shown as a dash. A line breaks between the day and the hour
// alone.

const local = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium", hour12: false });

export const localTime = (at: number | Date) => local.format(new Date(at));

export function Time({ at }: { at: number | Date | undefined }) {
  if (!at) return <>-</>;
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {local.format(date).replace(/ (?=.* )/g, "\u00a0")}
    </time>
  );
}
