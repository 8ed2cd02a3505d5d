// The frame around all pages: navigation, breadcrumbs, messages, help and the split panel.

import AppLayout, { type AppLayoutProps } from "@cloudscape-design/components/app-layout";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Flashbar from "@cloudscape-design/components/flashbar";
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { listen, lost } from "../api/events.ts";
import { type Flash, flash, flashes } from "../api/flash.ts";
import { usePermissions } from "../api/permissions.ts";
import { useSession } from "../api/session.ts";
import { useValue } from "../api/store.ts";
import { texts } from "../texts/shell.ts";
import { keepFocus } from "./focus.ts";
import { recall, remember } from "./memory.ts";
import { isNarrow, onNarrow } from "./narrow.ts";
import { Navigation } from "./Navigation.tsx";
import { useDefaultRegion } from "./region.ts";
import { hrefOf, useAddress } from "./router.ts";
import { home, routeOf } from "./routes.ts";
import { useRoute } from "./routed.ts";
import { noSlots, Slotted } from "./slots.ts";

const opened = () => !isNarrow() && recall("sideNavigation") !== "closed";

// A page fills the slots whenever it is drawn. That draws the frame again but not the page, which is handed in as it was.
export function Frame({ children }: { children: ReactNode }) {
  const [slots, fill] = useState(noSlots);
  const [tools, setTools] = useState(false);
  const [panel, setPanel] = useState<"side" | "bottom">(recall("panel") === "bottom" ? "bottom" : "side");
  const [open, setOpen] = useState(opened);
  useEffect(() => onNarrow(() => setOpen(opened())), []);
  // Cloudscape gives its landmark on narrow screens an attribute that landmarks can't have.
  useEffect(() => document.querySelectorAll("nav[aria-orientation]").forEach((nav) => nav.removeAttribute("aria-orientation")));
  const { title, help, contentType, splitPanel, splitPanelOpen, splitPanelOf, onSplitPanelToggle } = slots;
  const layout = useRef<AppLayoutProps.Ref>(null);
  useFocusOn(splitPanelOf, layout);
  return (
    <Slotted value={fill}>
      <AppLayout
        ref={layout}
        headerSelector="#top-navigation"
        navigation={<Navigation onFollow={() => isNarrow() && setOpen(false)} />}
        navigationWidth={250} // tables need the rest of 1280 px
        navigationOpen={open}
        onNavigationChange={({ detail }) => {
          setOpen(detail.open);
          if (!isNarrow()) remember("sideNavigation", detail.open ? "open" : "closed"); // else Cloudscape may have closed it
        }}
        breadcrumbs={<Breadcrumbs title={title} />}
        notifications={<Messages />}
        stickyNotifications
        contentType={contentType}
        tools={help}
        toolsHide={!help}
        toolsOpen={tools && Boolean(help)}
        onToolsChange={({ detail }) => setTools(detail.open)}
        splitPanel={splitPanel}
        splitPanelOpen={splitPanelOpen}
        onSplitPanelToggle={({ detail }) => onSplitPanelToggle?.(detail.open)}
        splitPanelPreferences={{ position: panel }}
        onSplitPanelPreferencesChange={({ detail }) => {
          setPanel(detail.position);
          remember("panel", detail.position);
        }}
        content={children}
      />
    </Slotted>
  );
}

// useFocusOn takes the keyboard to the split panel when something is opened in it, and back when it is closed.
function useFocusOn(opened: string | undefined, layout: RefObject<AppLayoutProps.Ref | null>) {
  const back = useRef<() => void>(undefined);
  useEffect(() => {
    if (opened) {
      back.current ??= keepFocus();
      layout.current?.focusSplitPanel();
    } else {
      back.current?.();
      back.current = undefined;
    }
  }, [opened, layout]);
}

function Breadcrumbs({ title }: { title: string }) {
  const { region, path } = useAddress();
  const route = useRoute();
  const items = [{ text: title || route?.title || texts.product, href: hrefOf(path, region) }];
  for (let above = route?.parent; above; ) {
    const found = routeOf(above);
    if (!found) break;
    items.unshift({ text: found.title, href: hrefOf(above, region) });
    above = found.parent;
  }
  items.unshift({ text: texts.product, href: region ? hrefOf(home(), region) : hrefOf("") });
  return <BreadcrumbGroup items={items} />;
}

// useLost says that the server is away, whatever the page listens to.
function useLost(): boolean {
  const { region } = useAddress();
  const { regions } = useSession();
  const standard = useDefaultRegion();
  const { may, failed } = usePermissions();
  const where = failed || may("guardduty:ListDetectors") ? (regions.includes(region) ? region : standard) : "";
  useEffect(() => listen(where, [], () => {}), [where]);
  return useValue(lost);
}

const gone = { id: "lost", type: "warning" as const, header: texts.lost, content: texts.lostHint };

function Messages() {
  const shown = useValue(flashes);
  const away = useLost();
  const newest = shown[0]?.id;
  // On narrow screens messages stand at the top of the page instead of staying in sight.
  useEffect(() => {
    if (newest && isNarrow()) scrollTo({ top: 0 });
  }, [newest]);
  const item = (f: Flash) => ({
    id: f.id,
    type: f.type === "in-progress" ? ("info" as const) : f.type,
    loading: f.type === "in-progress",
    header: f.header,
    content: f.text,
    dismissible: true,
    dismissLabel: texts.dismiss,
    onDismiss: () => flash.dismiss(f.id),
  });
  return <Flashbar items={[...(away ? [gone] : []), ...shown.map(item)]} stackItems={shown.length > 3} />;
}
