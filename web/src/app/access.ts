// Who may see a page: pages that one may not see are not drawn, by their address neither.

import { usePermissions } from "../api/permissions.ts";
import { useSession } from "../api/session.ts";
import { texts } from "../texts/shell.ts";
import { type Route, routeOf } from "./routes.ts";

// useMissing says what one lacks to see a page, as its route or else that of the page above demands it: nothing, "", or undefined
// while it isn't known. Where it can't be known the server decides.
export function useMissing(route: Route): string | undefined {
  const { operator } = useSession();
  const { may, known, failed } = usePermissions();
  const above = route.parent ? routeOf(route.parent, route.global) : undefined;
  const actions = [route.may ?? above?.may ?? []].flat();
  if ((route.operator ?? above?.operator) && !operator) return texts.operatorsOnly;
  if (!actions.length || failed) return "";
  if (!known) return undefined;
  return actions.some(may) ? "" : texts.lacks(actions);
}
