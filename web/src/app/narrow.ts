// Whether the screen is a phone's: the navigation lies over the page then, messages scroll with it, and tables are folded.

import { useSyncExternalStore } from "react";

const query = matchMedia("(max-width: 688px)"); // as Cloudscape has it

export const isNarrow = () => query.matches;

export function onNarrow(changed: () => void): () => void {
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}

export const useNarrow = () => useSyncExternalStore(onNarrow, isNarrow);
