// What is entered of a filter, and what is wrong with it.

import { texts } from "../../texts/filters.ts";

export interface Entered {
  name: string;
  description: string;
  rank: string;
}

export type Mistakes = Partial<Record<keyof Entered, string>>;

// checkFields takes the names of the filters there are; none while one of them is edited.
export function checkFields(entered: Entered, names: readonly string[]): Mistakes {
  const mistakes: Mistakes = {};
  const name = entered.name.trim();
  if (!/^[A-Za-z0-9._-]{3,64}$/.test(name)) mistakes.name = texts.badName;
  else if (names.includes(name)) mistakes.name = texts.takenName;
  if ([...entered.description].length > 512) mistakes.description = texts.longDescription;
  if (!/^\d{1,3}$/.test(entered.rank.trim()) || Number(entered.rank) < 1 || Number(entered.rank) > 100) mistakes.rank = texts.badRank;
  return mistakes;
}
