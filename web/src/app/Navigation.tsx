// The side navigation, made of the routes there are, in GuardDuty's order.

import Badge from "@cloudscape-design/components/badge";
import SideNavigation, { type SideNavigationProps } from "@cloudscape-design/components/side-navigation";
import { useInvitationsCount } from "../api/invitations.ts";
import { usePermissions } from "../api/permissions.ts";
import { useSession } from "../api/session.ts";
import { texts } from "../texts/shell.ts";
import { hrefOf, useAddress } from "./router.ts";
import { home, navigation, type Route, routeOf, type Section } from "./routes.ts";
import { useDefaultRegion } from "./region.ts";
import { useRoute } from "./routed.ts";

export function Navigation({ onFollow }: { onFollow: () => void }) {
  const { operator, regions } = useSession();
  const { may, known } = usePermissions();
  const address = useAddress();
  const standard = useDefaultRegion();
  const region = regions.includes(address.region) ? address.region : standard;
  const route = useRoute();
  const pending = useInvitationsCount(region);

  const shown = (path: string): Route[] => {
    const found = routeOf(path);
    return found && (!found.operator || operator) && (!found.may || [found.may].flat().some(may)) ? [found] : [];
  };
  const link = (r: Route): SideNavigationProps.Item => ({
    type: "link",
    text: r.title,
    href: hrefOf(r.path, region),
    info: r.path === "invitations" && pending ? <Badge color="blue">{pending}</Badge> : undefined,
  });
  const section = (s: Section): SideNavigationProps.Item[] => {
    if (typeof s === "string") return shown(s).map(link);
    const items = s.operator && !operator ? [] : s.paths.flatMap(shown).map(link);
    return items.length ? [{ type: "section", text: s.group, items }] : [];
  };
  return (
    <SideNavigation
      header={{ text: texts.product, href: hrefOf(home(), region) }}
      activeHref={hrefOf(top(route)?.path ?? "", address.region)}
      items={known ? navigation.flatMap(section) : []} // all at once: what grows under the pointer is clicked amiss
      onFollow={onFollow}
    />
  );
}

// top is the page of the navigation that a route belongs to.
function top(route: Route | undefined): Route | undefined {
  while (route?.parent) route = routeOf(route.parent);
  return route;
}
