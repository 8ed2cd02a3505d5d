// How the table looks, kept by the browser.

import type { CollectionPreferencesProps } from "@cloudscape-design/components/collection-preferences";
import { useState } from "react";
import { recall, remember } from "../../app/memory.ts";

export type Preferences = CollectionPreferencesProps.Preferences;

const shownFirst = ["severity", "title", "type", "resource", "updated", "account", "count"];

export const pageSizes = [10, 20, 50];

export function usePreferences(columns: readonly string[]): [Preferences, (next: Preferences) => void] {
  const [preferences, set] = useState(() => read(columns));
  return [
    preferences,
    (next) => {
      remember("findings", JSON.stringify(next));
      set(next);
    },
  ];
}

function read(columns: readonly string[]): Preferences {
  const standard: Preferences = {
    pageSize: 50,
    wrapLines: false,
    stripedRows: false,
    contentDisplay: columns.map((id) => ({ id, visible: shownFirst.includes(id) })),
  };
  try {
    const kept = JSON.parse(recall("findings") ?? "{}") as Preferences;
    const display = (kept.contentDisplay ?? []).filter((c) => columns.includes(c.id));
    const missing = standard.contentDisplay!.filter((c) => !display.some((d) => d.id === c.id));
    const pageSize = pageSizes.includes(kept.pageSize ?? 0) ? kept.pageSize : standard.pageSize;
    return { ...standard, ...kept, pageSize, contentDisplay: [...display, ...missing] };
  } catch {
    return standard;
  }
}
