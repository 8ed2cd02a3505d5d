import type { DryRun, Mode } from "../api/customRules.ts";
import { kindText } from "./kinds.ts";

const count = (n: number, one: string) => `${n.toLocaleString("en")} ${n === 1 ? one : `${one}s`}`;
const rules = (n: number) => count(n, "rule");

export const texts = {
  title: "Custom detection rules",
  description: "Detections that GuardDuty offers to be switched on one by one. What else is detected needs no switch and isn't listed here.",
  managed: "What your organization's administrator has live is live for this account too, whatever mode is shown here.",
  empty: "This server has no custom detection rules",
  noMatch: "No rule matches",
  clearFilter: "Clear filter",
  find: "Find rules",
  matches: (n: number) => (n === 1 ? "1 match" : `${n} matches`),
  loading: "Loading rules",
  choose: (name: string) => `Choose ${name}`,
  chooseAll: "Choose all rules",
  chooseGroup: "Choose rules",
  anyMode: "Any mode",
  modeFilter: "Filter by mode",
  columns: {
    name: "Rule",
    severity: "Severity",
    mode: "Mode",
    organization: "Organization",
    source: "Data source",
    service: "Service",
    tactic: "Tactic",
    technique: "Technique",
  },
  modes: { LIVE: "Live", DRY_RUN: "Dry run", OFF: "Off" } satisfies Record<Mode, string>,
  until: "Dry run until",
  matched: ({ matched, accounts, organization }: DryRun) =>
    matched ? `${count(matched, "record")}${organization ? ` of ${count(accounts, "account")}` : ""} matched` : "No record matched",
  lastMatch: "Last match",
  organizationUntil: "Organization's dry run until",
  organizationLastMatch: "Last match of members",
  sources: { CloudTrailManagementEvent: kindText("CloudTrail"), RuntimeMonitoring: "Runtime monitoring" } as Record<string, string>,
  set: "Set mode",
  forOrganization: "Set for organization",
  confirm: (n: number, mode: Mode) => (mode === "OFF" ? `Switch ${rules(n)} off?` : mode === "LIVE" ? `Switch ${rules(n)} live?` : `Dry-run ${rules(n)}?`),
  submit: { LIVE: "Switch live", DRY_RUN: "Start dry run", OFF: "Switch off" } satisfies Record<Mode, string>,
  consequence: {
    LIVE: "From now on, what is detected in this account's logs of this Region raises findings. Logs that were read already aren't looked at again. Events of IAM, and global ones of STS and sign-in, are us-east-1's or, without a detector there, those of the account's first Region that has one: rules about them are switched there.",
    DRY_RUN:
      "For 14 days, what is detected raises no findings; how many records match is counted and shown here. Events of IAM, and global ones of STS and sign-in, are us-east-1's or, without a detector there, those of the account's first Region that has one. A dry run that goes on already starts anew. What your organization's administrator has live for this account goes on.",
    OFF: "What is detected raises no findings any more in this account, unless your organization's administrator has it live for this account. Existing findings stay.",
  } satisfies Record<Mode, string>,
  done: (n: number, mode: Mode) => `${rules(n)} ${n === 1 ? "is" : "are"} ${{ LIVE: "live", DRY_RUN: "in a dry run", OFF: "off" }[mode]} now.`,
  failed: (n: number) => `${rules(n)} could not be switched`,
  expression: "What it looks for",
  expressionNone: "Nothing is written down of it.",
  about: "About",
  panel: "Rule",
  noneChosen: "Choose a rule to read about it.",
  more: (n: number) => `${rules(n)} chosen`,
  organizationTitle: (name: string) => `${name} for the organization`,
  organizationText:
    "What is live here is live for the organization's member accounts, now and later, whatever mode they set themselves. Otherwise their own mode holds. This account isn't one of them.",
  organizationMode: "Mode for members",
  who: "Member accounts",
  whos: { all: "All members", include: "These alone", exclude: "All but these" },
  accounts: "Account IDs",
  accountsHint: "12 digits each, separated by spaces, commas or new lines.",
  badAccounts: (bad: string) => `“${bad.slice(0, 40)}” is not an account ID: an account ID has 12 digits.`,
  noAccounts: "Name at least one account.",
  save: "Save",
  organizationDone: (name: string, mode: Mode) => `${name} is ${{ LIVE: "live", DRY_RUN: "in a dry run", OFF: "off" }[mode]} for the organization's members now.`,
  help: {
    text: [
      "A live rule raises findings; one that is off or in a dry run raises none. Each account switches its own rules. An organization's administrator can have them live for members too; the mode shown here is the account's own.",
      "A dry run ends after 14 days. Meanwhile the records that match are counted, as logs come, and shown beside its mode; one that two trails log counts twice. To see what a rule finds in logs that you have, run picket scan.",
    ],
  },
};
