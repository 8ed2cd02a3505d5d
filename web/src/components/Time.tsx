// A time in the reader's own zone, which it names where one may copy it elsewhere, with UTC as the tooltip; nothing is shown as a
// dash. A line breaks between the day and the hour alone.

const format = (timeStyle: "medium" | "long") => new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle, hourCycle: "h23" });
const local = format("medium");
const zoned = format("long");

export const localTime = (at: number | Date, zone = false) => (zone ? zoned : local).format(new Date(at));

export function Time({ at, zone }: { at: number | Date | undefined; zone?: boolean }) {
  if (!at) return <>-</>;
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {localTime(date, zone).replace(/ (?!\d\d:)/g, "\u00a0")}
    </time>
  );
}
