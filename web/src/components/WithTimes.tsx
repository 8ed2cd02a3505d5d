// What the server says, with its times as all others are shown.

import { sentence } from "./sentence.ts";
import { localTime, Time } from "./Time.tsx";
import { timesIn } from "./times.ts";

export function WithTimes({ text, zone }: { text: string; zone?: boolean }) {
  return <>{timesIn(sentence(text)).map((said, i) => (said.at ? <Time key={i} at={said.at} zone={zone} /> : said.text))}</>;
}

// localTimes is the same where only text can stand, such as in a tooltip.
export const localTimes = (text: string) => timesIn(text).map((said) => (said.at ? localTime(said.at) : said.text)).join("");
