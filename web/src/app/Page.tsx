// What every page is: a title with actions, and content; beside it help and a split panel, if it has them. A page renders one Page.
//
//   <Page title={texts.title} actions={<Button>…</Button>} help={texts.help}>…</Page>
//
// A page that is one table says bare: the table then bears the header itself (variant="full-page").

import type { AppLayoutProps } from "@cloudscape-design/components/app-layout";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import { type ReactNode, useContext, useEffect, useLayoutEffect } from "react";
import { texts } from "../texts/shell.ts";
import { Help, type HelpTexts } from "./Help.tsx";
import { noSlots, Slotted } from "./slots.ts";

interface Props {
  title: string;
  description?: ReactNode;
  counter?: string;
  actions?: ReactNode;
  help?: HelpTexts;
  bare?: boolean;
  contentType?: AppLayoutProps.ContentType;
  splitPanel?: ReactNode; // a SplitPanel
  splitPanelOpen?: boolean;
  splitPanelOf?: string; // what was opened in it by its name: the keyboard goes there, and back when it is closed
  onSplitPanelToggle?: (open: boolean) => void;
  children: ReactNode;
}

export function Page(props: Props) {
  const { title, bare } = props;
  const fill = useContext(Slotted);
  useEffect(() => {
    document.title = `${title} · ${texts.product}`;
  }, [title]);
  useLayoutEffect(() => {
    const { splitPanel, splitPanelOpen = false, splitPanelOf, onSplitPanelToggle } = props;
    const help = props.help && <Help title={title} help={props.help} />;
    fill({ title, help, contentType: props.contentType ?? (bare ? "table" : "default"), splitPanel, splitPanelOpen, splitPanelOf, onSplitPanelToggle });
  });
  useLayoutEffect(() => () => fill(noSlots), [fill]);

  if (bare) return props.children;
  const header = (
    <Header variant="h1" description={props.description} counter={props.counter} actions={props.actions}>
      {title}
    </Header>
  );
  return <ContentLayout header={header}>{props.children}</ContentLayout>;
}
