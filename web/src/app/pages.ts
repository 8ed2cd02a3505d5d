// The code of pages: loaded when it is needed, or will be at once.

import { type ComponentType, useEffect } from "react";
import { base } from "../api/call.ts";
import { readPermissions } from "../api/permissions.ts";
import { signedIn } from "../api/session.ts";
import { store, useValue } from "../api/store.ts";
import { type Address, match, readAddress } from "./address.ts";
import { linkOf } from "./router.ts";
import { type PageProps, type Route, routes } from "./routes.ts";

export interface Found {
  route: Route;
  params: Record<string, string>;
}

// find is the page of an address.
export function find({ region, path }: Address): Found | undefined {
  for (const route of routes) {
    const params = Boolean(route.global) === !region ? match(route.path, path) : undefined;
    if (params) return { route, params };
  }
  return undefined;
}

type Code = { page: ComponentType<PageProps> } | { error: unknown };

const codes = store<ReadonlyMap<Route["load"], Code>>(new Map());
const patience = 300; // ms

// useCode is a page's code, once it is loaded. Code that could not be loaded is an error of who shows it.
export function useCode(route: Route | undefined): ComponentType<PageProps> | undefined {
  const code = useValue(codes).get(route?.load ?? none);
  useEffect(() => {
    if (route) void load(route);
  }, [route]);
  if (code && "error" in code) throw code.error;
  return code?.page;
}

const none: Route["load"] = () => Promise.reject(new Error("BUG: no page"));

// A while is waited for what a page reads ahead: a table that is drawn with its rows is not drawn twice. What failed is not tried
// again: the browser keeps the failure, and a style sheet that is missing would not be missed.
async function load(route: Route) {
  if (codes.get().has(route.load)) return;
  const first = route.ahead?.(readAddress(location.pathname, base).region, new URLSearchParams(location.search)).catch(() => {});
  const code = await route.load().then(({ default: page }) => ({ page }), (error: unknown) => ({ error }));
  await Promise.race([first, new Promise((resolve) => setTimeout(resolve, patience))]);
  know(route, code);
}

function know(route: Route, code: Code) {
  if (!codes.get().has(route.load)) codes.set(new Map(codes.get()).set(route.load, code));
}

// startPages loads the code of the page that is opened, while the session is read, and of those that are pointed at.
export function startPages() {
  const prepare = (pathname: string) => {
    const route = find(readAddress(pathname, base))?.route;
    route?.load().catch((error: unknown) => know(route, { error }));
  };
  prepare(location.pathname);
  for (const type of ["pointerover", "focusin"]) {
    document.addEventListener(type, (event) => {
      const to = linkOf(event);
      if (to) prepare(to.pathname);
    });
  }
}

// beginPage reads what the page that is opened needs, before anything is drawn.
export async function beginPage() {
  const session = signedIn();
  const address = readAddress(location.pathname, base);
  const found = find(address);
  if (session && found) await Promise.all([readPermissions(address.region, session), load(found.route)]);
}

// isCode tells an error of code that could not be loaded, in each browser's and the bundler's words.
export const isCode = (error: unknown) => error instanceof Error && /dynamically imported module|module script|preload CSS/i.test(error.message);
