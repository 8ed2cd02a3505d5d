// The frame of every page: navigation, breadcrumbs, messages, help and content. A page renders one Page.
//
//   <Page title={texts.title} actions={<Button>…</Button>} help={<Help …/>}>…</Page>
//
// A page that is one table says bare: the table then bears the header itself (variant="full-page").

import AppLayout, { type AppLayoutProps } from "@cloudscape-design/components/app-layout";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Flashbar from "@cloudscape-design/components/flashbar";
import Header from "@cloudscape-design/components/header";
import { type ReactNode, useEffect, useState } from "react";
import { type Flash, flash, flashes } from "../api/flash.ts";
import { useValue } from "../api/store.ts";
import { texts } from "../texts/shell.ts";
import { recall, remember } from "./memory.ts";
import { Navigation } from "./Navigation.tsx";
import { hrefOf, useAddress } from "./router.ts";
import { home, routeOf } from "./routes.ts";
import { useRoute } from "./routed.ts";

interface Props {
  title: string;
  description?: ReactNode;
  counter?: string;
  actions?: ReactNode;
  help?: ReactNode; // a HelpPanel
  bare?: boolean;
  contentType?: AppLayoutProps.ContentType;
  splitPanel?: ReactNode;
  splitPanelOpen?: boolean;
  onSplitPanelToggle?: (open: boolean) => void;
  children: ReactNode;
}

export function Page(props: Props) {
  const { title, help, bare } = props;
  const [tools, setTools] = useState(false);
  const [panel, setPanel] = useState<"side" | "bottom">(recall("panel") === "bottom" ? "bottom" : "side");
  const [open, setOpen] = useState(innerWidth > 688 && recall("navigation") !== "closed");
  useEffect(() => {
    document.title = `${title} · ${texts.product}`;
  }, [title]);

  const header = (
    <Header variant="h1" description={props.description} counter={props.counter} actions={props.actions}>
      {title}
    </Header>
  );
  return (
    <AppLayout
      headerSelector="#top-navigation"
      navigation={<Navigation />}
      navigationOpen={open}
      onNavigationChange={({ detail }) => {
        setOpen(detail.open);
        remember("navigation", detail.open ? "open" : "closed");
      }}
      breadcrumbs={<Breadcrumbs title={title} />}
      notifications={<Messages />}
      stickyNotifications
      contentType={props.contentType ?? (bare ? "table" : "default")}
      tools={help}
      toolsHide={!help}
      toolsOpen={tools}
      onToolsChange={({ detail }) => setTools(detail.open)}
      splitPanel={props.splitPanel}
      splitPanelOpen={props.splitPanelOpen}
      onSplitPanelToggle={({ detail }) => props.onSplitPanelToggle?.(detail.open)}
      splitPanelPreferences={{ position: panel }}
      onSplitPanelPreferencesChange={({ detail }) => {
        setPanel(detail.position);
        remember("panel", detail.position);
      }}
      content={bare ? props.children : <ContentLayout header={header}>{props.children}</ContentLayout>}
    />
  );
}

function Breadcrumbs({ title }: { title: string }) {
  const { region, path } = useAddress();
  const route = useRoute();
  const items = [{ text: title, href: hrefOf(path, region) }];
  for (let above = route?.parent; above; ) {
    const found = routeOf(above);
    if (!found) break;
    items.unshift({ text: found.title, href: hrefOf(above, region) });
    above = found.parent;
  }
  items.unshift({ text: texts.product, href: region ? hrefOf(home(), region) : hrefOf("") });
  return <BreadcrumbGroup items={items} />;
}

function Messages() {
  const shown = useValue(flashes);
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
  return <Flashbar items={shown.map(item)} stackItems={shown.length > 3} />;
}
