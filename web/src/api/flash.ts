// Messages above the page: flash.success("…"), flash.error(error). They stay until dismissed or until another page is opened,
// save what is said to stay on the next page.

import { describe } from "./errors.ts";
import { store } from "./store.ts";

export interface Flash {
  id: string;
  type: "success" | "error" | "warning" | "info" | "in-progress";
  header?: string;
  text: string;
  keep: boolean; // over the next change of page
}

export const flashes = store<Flash[]>([]);

let count = 0;

function show(type: Flash["type"], text: string, header?: string, keep = false): string {
  const id = `flash-${++count}`;
  const same = (f: Flash) => f.type === type && f.text === text && f.header === header;
  flashes.set([{ id, type, text, header, keep }, ...flashes.get().filter((f) => !same(f))].slice(0, 20));
  return id;
}

export const flash = {
  success: (text: string, options?: { keep?: boolean }) => show("success", text, undefined, options?.keep),
  info: (text: string, options?: { keep?: boolean }) => show("info", text, undefined, options?.keep),
  warning: (text: string, header?: string, options?: { keep?: boolean }) => show("warning", text, header, options?.keep),
  error: (error: unknown) => {
    const { header, text } = describe(error);
    return show("error", text, header);
  },
  dismiss: (id: string) => flashes.set(flashes.get().filter((f) => f.id !== id)),
  clear: () => flashes.set([]), // for another reader
  leavePage: () => flashes.set(flashes.get().filter((f) => f.keep).map((f) => ({ ...f, keep: false }))),
};
