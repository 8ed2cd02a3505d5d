// What a page puts into the frame around it. The frame stays while pages change.

import type { AppLayoutProps } from "@cloudscape-design/components/app-layout";
import { createContext, type ReactNode } from "react";

interface Slots {
  title: string;
  help?: ReactNode;
  contentType: AppLayoutProps.ContentType;
  splitPanel?: ReactNode;
  splitPanelOpen: boolean;
  splitPanelOf?: string;
  onSplitPanelToggle?: (open: boolean) => void;
}

export const noSlots: Slots = { title: "", contentType: "default", splitPanelOpen: false };

export const Slotted = createContext<(slots: Slots) => void>(() => {});
