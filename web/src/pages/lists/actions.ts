// What may be done to a list, by its status and by what who is signed in may do.

import type { Kind, List } from "../../api/lists.ts";

// What actions of policies are called after.
export const nouns: Record<Kind, string> = {
  trustedIps: "IPSet",
  threatIps: "ThreatIntelSet",
  trustedEntities: "TrustedEntitySet",
  threatEntities: "ThreatEntitySet",
};

export type Action = "activate" | "reactivate" | "deactivate" | "preview" | "edit" | "delete";

export const actions: Action[] = ["activate", "reactivate", "deactivate", "preview", "edit", "delete"];

const verbs: Record<Action, string> = {
  activate: "Update",
  reactivate: "Update",
  deactivate: "Update",
  preview: "Get",
  edit: "Update",
  delete: "Delete",
};

// A preview tells of findings.
export const mayDo = (action: Action, list: List, may: (action: string) => boolean) =>
  may(`guardduty:${verbs[action]}${nouns[list.kind]}`) && (action !== "preview" || may("guardduty:ListFindings"));

export function applies(action: Action, { status }: List): boolean {
  const going = status === "DEACTIVATING" || status === "DELETE_PENDING" || status === "DELETED";
  const inactive = status === "INACTIVE";
  switch (action) {
    case "activate":
      return inactive;
    case "reactivate":
      return status === "ACTIVE" || status === "ERROR";
    case "deactivate":
      return !inactive && !going;
    default:
      return status !== "DELETE_PENDING" && status !== "DELETED";
  }
}
