// The bar at the top: product, region, how it looks, and who is signed in.

import TopNavigation, { type TopNavigationProps } from "@cloudscape-design/components/top-navigation";
import { createPortal } from "react-dom";
import { base } from "../api/call.ts";
import { flash } from "../api/flash.ts";
import { type Session, signOut, useSessionState } from "../api/session.ts";
import { texts } from "../texts/shell.ts";
import { remember } from "./memory.ts";
import { hrefOf, navigate, useAddress } from "./router.ts";
import { home, routeOf, type Route } from "./routes.ts";
import { setTheme, type Theme, useTheme } from "./theme.ts";

type Utility = TopNavigationProps.Utility;

const place = document.getElementById("top-navigation")!;

export function TopBar({ route }: { route: Route | undefined }) {
  const state = useSessionState();
  const theme = useThemeMenu();
  const region = useRegionMenu(route, state.status === "in" ? state.session.regions : []);
  const utilities = state.status === "in" ? [...region, theme, account(state.session)] : [theme];
  return createPortal(
    <TopNavigation
      identity={{ href: base, title: texts.product, logo: { src: `${base}picket.svg`, alt: texts.product } }}
      utilities={utilities}
      i18nStrings={texts.topNavigation}
    />,
    place,
  );
}

// A change of region stays on the page, or on the one above where the page shows something that is the region's own.
function useRegionMenu(route: Route | undefined, regions: string[]): Utility[] {
  const { region } = useAddress();
  if (!regions.length) return [];
  const path = !route || route.global ? home() : route.path.includes(":") ? (route.parent ?? home()) : route.path;
  return [
    {
      type: "menu-dropdown",
      text: region || texts.regions,
      ariaLabel: region ? texts.region(region) : texts.regions,
      iconName: "globe",
      disableTextCollapse: true,
      disableUtilityCollapse: true,
      items: regions.map((id) => ({ id, text: id, itemType: "checkbox" as const, checked: id === region })),
      onItemClick: ({ detail }) => {
        if (detail.id === region) return;
        remember("region", detail.id);
        navigate(hrefOf(path, detail.id));
      },
    },
  ];
}

function useThemeMenu(): Utility {
  const theme = useTheme();
  return {
    type: "menu-dropdown",
    iconName: "settings",
    ariaLabel: texts.appearance,
    title: texts.appearance,
    text: texts.appearance,
    items: (Object.keys(texts.themes) as Theme[]).map((id) => ({
      id,
      text: texts.themes[id],
      itemType: "checkbox" as const,
      checked: id === theme,
    })),
    onItemClick: ({ detail }) => setTheme(detail.id as Theme),
  };
}

const maxName = 24; // of an account, in the bar

function account({ account, user }: Session): Utility {
  const name = account.name && account.name.length <= maxName ? account.name : account.accountId;
  const userOf = texts.userOf(user || texts.root, name);
  const items = [
    ...(routeOf("security", true) ? [{ id: "security", text: texts.security, href: hrefOf("security") }] : []),
    { id: "sign-out", text: texts.signOut },
  ];
  return {
    type: "menu-dropdown",
    iconName: "user-profile",
    text: userOf,
    title: `${account.name || account.accountId} (${account.accountId})`,
    description: texts.signedInAs([user || texts.root, account.name, account.accountId].filter(Boolean).join(" · ")),
    ariaLabel: texts.accountMenu(userOf),
    items,
    onItemClick: ({ detail }) => {
      if (detail.id === "sign-out") signOut().then(() => navigate(base), flash.error);
    },
  };
}
