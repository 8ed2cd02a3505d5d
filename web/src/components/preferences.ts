// How a table looks, remembered by the browser.

import type { CollectionPreferencesProps } from "@cloudscape-design/components/collection-preferences";
import { useState } from "react";
import { recall, remember } from "../app/memory.ts";

type Preferences = CollectionPreferencesProps.Preferences;

export function usePreferences(table: string, first: Preferences): [Preferences, (next: Preferences) => void] {
  const [preferences, setPreferences] = useState<Preferences>(() => ({ ...first, ...recallPreferences(table) }));
  return [
    preferences,
    (next) => {
      remember(nameOf(table), JSON.stringify(next));
      setPreferences(next);
    },
  ];
}

export const recallPreferences = (table: string): Preferences => parse(recall(nameOf(table)));

const nameOf = (table: string) => `table.${table}`;

function parse(kept: string | undefined): Preferences {
  try {
    const value: unknown = JSON.parse(kept ?? "{}");
    return value && typeof value === "object" ? value : {};
  } catch {
    return {};
  }
}
