// What is done with findings, many or one: each tells how it went, and has read again what it changed.

import { useState } from "react";
import { archiveFindings, giveFeedback, unarchiveFindings } from "../../api/findings.ts";
import { flash } from "../../api/flash.ts";
import { useMay } from "../../api/permissions.ts";
import { texts } from "../../texts/findings.ts";

export type Action = "archive" | "unarchive" | "useful" | "notUseful";

const needs: Record<Action, string> = {
  archive: "guardduty:ArchiveFindings",
  unarchive: "guardduty:UnarchiveFindings",
  useful: "guardduty:UpdateFindingsFeedback",
  notUseful: "guardduty:UpdateFindingsFeedback",
};

export interface Actions {
  allowed: (action: Action) => boolean;
  doing: Action | undefined;
  run: (action: Action, ids: string[]) => Promise<boolean>; // tells what goes wrong
  attempt: (action: Action, ids: string[], comments?: string) => Promise<void>; // throws it; comments go with feedback
}

export function useActions(region: string, detector: string | undefined, done: () => Promise<unknown>): Actions {
  const may = useMay();
  const [doing, setDoing] = useState<Action>();
  const attempt = async (action: Action, ids: string[], comments?: string) => {
    setDoing(action);
    try {
      await send(action, region, detector!, ids, comments);
      flash.success(told(action, ids.length));
    } finally {
      await done(); // also what was refused: a finding may be gone that is still shown
      setDoing(undefined);
    }
  };
  const run = async (action: Action, ids: string[]) => {
    try {
      await attempt(action, ids);
      return true;
    } catch (error) {
      flash.error(error);
      return false;
    }
  };
  return { allowed: (action) => may(needs[action]), doing, run, attempt };
}

function send(action: Action, region: string, detector: string, ids: string[], comments?: string): Promise<unknown> {
  switch (action) {
    case "archive":
      return archiveFindings(region, detector, ids);
    case "unarchive":
      return unarchiveFindings(region, detector, ids);
    case "useful":
      return giveFeedback(region, detector, ids, "USEFUL", comments);
    case "notUseful":
      return giveFeedback(region, detector, ids, "NOT_USEFUL", comments);
  }
}

const told = (action: Action, n: number) =>
  action === "archive" ? texts.archivedDone(n) : action === "unarchive" ? texts.unarchivedDone(n) : texts.thanks(n);
