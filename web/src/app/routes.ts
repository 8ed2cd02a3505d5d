// Which pages there are. A page registers itself: src/pages/NAME/route.ts exports its routes. Nothing else names it, save the
// order of the side navigation below.

import type { ComponentType } from "react";

export interface PageProps {
  params: Record<string, string>; // what the pattern names with a colon
}

export interface Route {
  path: string; // below the region, such as "accounts/:account"
  title: string;
  load: () => Promise<{ default: ComponentType<PageProps> }>; // routes with the same function are one page
  ahead?: (region: string, query: URLSearchParams) => Promise<unknown>; // begins to read what the page shows first
  global?: boolean; // belongs to no region
  parent?: string; // the path of the page above, in the breadcrumbs and the side navigation
  operator?: boolean; // for operators only; by default as the parent
  may?: string | string[]; // what one must be allowed to do to see the page, or one of these; by default as the parent
}

export type Section = string | { group: string; paths: string[]; operator?: boolean };

// The side navigation: paths of routes, in GuardDuty's order. A path without a page is left out.
export const navigation: Section[] = [
  "summary",
  "findings",
  "usage",
  "accounts",
  "invitations",
  { group: "Settings", paths: ["settings", "lists", "filters", "rules"] },
  { group: "Watch", paths: ["coverage", "audit", "users"] },
  { group: "Operator", paths: ["sources", "quarantine", "status", "destinations"], operator: true },
];

const modules = import.meta.glob<{ default: Route[] }>("../pages/*/route.ts", { eager: true });

export const routes: Route[] = Object.values(modules).flatMap((m) => m.default);

export const routeOf = (path: string, global = false) => routes.find((r) => r.path === path && Boolean(r.global) === global);

// home is the first page of the navigation that there is.
export function home(): string {
  const paths = navigation.flatMap((s) => (typeof s === "string" ? [s] : s.paths));
  return paths.find((p) => routeOf(p)) ?? "";
}
