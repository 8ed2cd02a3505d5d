// The page's address. Links are ordinary ones, <Link href={…}>, made by useHref(); a click on one that stays in the console
// changes the page without loading it anew.

import { useCallback, useEffect, useMemo, useRef } from "react";
import { base } from "../api/call.ts";
import { flash } from "../api/flash.ts";
import { store, useValue } from "../api/store.ts";
import { readAddress } from "./address.ts";

const here = store(location.pathname + location.search);

// useRegion is the region of the page; empty on a page that belongs to none.
export function useRegion(): string {
  return useAddress().region;
}

export function useAddress() {
  const [pathname] = split(useValue(here));
  return useMemo(() => readAddress(pathname, base), [pathname]);
}

// useHref makes addresses of pages in this region, or another: href("accounts/add").
export function useHref(): (path: string, region?: string) => string {
  const region = useRegion();
  return useCallback((path, other = region) => hrefOf(path, other), [region]);
}

export function hrefOf(path: string, region = ""): string {
  return base + (region ? `${region}/` : "") + path;
}

// useQuery is what stands after the question mark, and how to change it without leaving the page: undefined takes a name away.
export function useQuery(): [URLSearchParams, (change: Record<string, string | undefined>) => void] {
  const [pathname, search] = split(useValue(here));
  const query = useMemo(() => new URLSearchParams(search), [search]);
  const change = useCallback((names: Record<string, string | undefined>) => {
    const next = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(names)) {
      if (value === undefined) next.delete(name);
      else next.set(name, value);
    }
    const text = next.toString();
    if (text === location.search.replace(/^\?/, "") || location.pathname !== pathname) return;
    history.replaceState(null, "", pathname + (text && `?${text}`));
    here.set(location.pathname + location.search);
  }, [pathname]);
  return [query, change];
}

// navigate opens an address of the console: navigate(href("accounts")). One that stays is of the same page, which keeps its place
// and its messages.
export function navigate(to: string, options?: { replace?: boolean; stay?: boolean }) {
  if (options?.replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  if (options?.stay) here.set(location.pathname + location.search);
  else arrive();
}

// useNavigate opens a page of this region.
export function useNavigate(): (path: string) => void {
  const href = useHref();
  return useCallback((path) => navigate(href(path)), [href]);
}

// useShown tells whether what asks is still shown: who went to another page while something was done is not to be led away from it.
//
//   const shown = useShown();
//   const save = async () => {
//     await create(…);
//     if (shown()) navigate(href("sources"));
//     flash.success(…); // on whatever page is shown by now
//   };
export function useShown(): () => boolean {
  const shown = useRef(false);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  return useCallback(() => shown.current, []);
}

// startRouter follows the browser's buttons and what is clicked.
export function startRouter() {
  addEventListener("popstate", arrive);
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const to = linkOf(event);
    if (!to) return;
    if (to.hash && to.pathname === location.pathname && to.search === location.search) return;
    event.preventDefault();
    navigate(to.pathname + to.search);
  });
}

// linkOf is the address of the console that an event's link leads to, without loading anything anew.
export function linkOf(event: Event): URL | undefined {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link?.href || link.target === "_blank" || link.hasAttribute("download")) return undefined;
  const to = new URL(link.href);
  if (to.origin !== location.origin || !to.pathname.startsWith(base) || to.pathname.startsWith(`${base}api/`)) return undefined;
  return to;
}

function arrive() {
  const before = split(here.get())[0];
  here.set(location.pathname + location.search);
  if (location.pathname === before) return;
  flash.leavePage();
  scrollTo(0, 0);
}

function split(address: string): [string, string] {
  const at = address.indexOf("?");
  return at < 0 ? [address, ""] : [address.slice(0, at), address.slice(at + 1)];
}
