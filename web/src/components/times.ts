// Finds the times in what the server says.

export interface Said {
  text: string;
  at?: number; // the time that the text is
}

const time = /(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC)/;

// timesIn takes a text apart into times, which the server writes in UTC, and what stands between them.
export const timesIn = (text: string): Said[] =>
  text
    .split(time)
    .map((part, i) => (i % 2 ? { text: part, at: Date.parse(part.replace(" UTC", "Z").replace(" ", "T")) } : { text: part }))
    .filter((said) => said.text);
