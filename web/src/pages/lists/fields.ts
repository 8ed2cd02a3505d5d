// What is entered of a list, and what is wrong with it.

import type { ListFields } from "../../api/lists.ts";
import { texts } from "../../texts/lists.ts";
import { checkLocation } from "./location.ts";

export interface Entered extends ListFields {
  agreed: boolean;
}

export type Mistakes = Partial<Record<keyof Entered, string>>;

export const blank: Entered = { name: "", location: "", format: "TXT", owner: "", agreed: false };

// checkFields takes a name as good that the list has already: the API gives lists any. It can't be told to forget an owner.
export function checkFields(entered: Entered, had?: Pick<Entered, "name" | "owner">): Mistakes {
  const mistakes: Mistakes = {};
  const name = entered.name.trim();
  if (!name) mistakes.name = texts.noName;
  else if (name !== had?.name && !/^[A-Za-z0-9_-]{1,300}$/.test(name)) mistakes.name = texts.badName;
  const location = checkLocation(entered.location);
  if (location) mistakes.location = texts.badLocation[location];
  const owner = entered.owner.trim();
  if (owner && !/^\d{12}$/.test(owner)) mistakes.owner = texts.badOwner;
  if (!owner && had?.owner) mistakes.owner = texts.ownerStays;
  if (!entered.agreed) mistakes.agreed = texts.notAgreed;
  return mistakes;
}
