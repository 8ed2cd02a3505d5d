// Light, dark, or as the system has it.

import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { store, useValue } from "../api/store.ts";
import { recall, remember } from "./memory.ts";

export type Theme = "light" | "dark" | "auto";

const chosen = store<Theme>(read());
const system = matchMedia("(prefers-color-scheme: dark)");

export const useTheme = () => useValue(chosen);

export function setTheme(theme: Theme) {
  remember("theme", theme);
  chosen.set(theme);
  apply();
}

export function startTheme() {
  system.addEventListener("change", apply);
  apply();
}

function apply() {
  const theme = chosen.get();
  const dark = theme === "dark" || (theme === "auto" && system.matches);
  applyMode(dark ? Mode.Dark : Mode.Light);
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
}

function read(): Theme {
  const kept = recall("theme");
  return kept === "light" || kept === "dark" ? kept : "auto";
}
