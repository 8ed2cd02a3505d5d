// The catalogue of custom detection rules, and which of them are on: for this account, and for its organization.

import {
  type AssociationMode,
  CreateCustomDetectionRuleAssociationCommand,
  CreateCustomDetectionRuleOrgConfigurationCommand,
  DeleteCustomDetectionRuleAssociationCommand,
  DeleteCustomDetectionRuleOrgConfigurationCommand,
  type DetectionRuleOrgConfiguration,
  GetCustomDetectionRuleCommand,
  GetCustomDetectionRuleOrgConfigurationCommand,
  ListCustomDetectionRuleAssociationsCommand,
  ListCustomDetectionRuleOrgConfigurationsCommand,
  ListCustomDetectionRulesCommand,
  type RuleSummary,
  UpdateCustomDetectionRuleAssociationCommand,
  UpdateCustomDetectionRuleOrgConfigurationCommand,
} from "@aws-sdk/client-guardduty";
import { useRegion } from "../app/router.ts";
import { call, everyPage } from "./call.ts";
import { guardduty } from "./guardduty.ts";
import { useLoad } from "./load.ts";

export type Mode = AssociationMode | "OFF";

export interface Rule {
  id: string;
  name: string;
  description: string;
  severity: string;
  source: string;
  service: string;
  tactic: string;
  technique: string;
  mode: Mode; // for this account
  associationId?: string;
  dryRun?: DryRun; // of this account
  organization: AssociationMode[]; // modes in which it is on for members
  organizationDryRun?: DryRun;
}

// What a dry run matched of logs as they came.
export interface DryRun {
  ruleId: string;
  organization?: boolean; // of its members
  since: number; // milliseconds since the epoch, like the others
  expiresAt: number;
  matched: number; // records
  accounts: number; // whose they are
  last?: number;
}

const size = 50;

export function useRules(organization: boolean) {
  const region = useRegion();
  return useLoad(`custom rules ${organization}`, () => readRules(region, organization));
}

async function readRules(region: string, organization: boolean): Promise<Rule[]> {
  const client = guardduty(region);
  const [rules, associations, configurations, dryRuns] = await Promise.all([
    everyPage(async (after) => {
      const page = await client.send(new ListCustomDetectionRulesCommand({ MaxResults: size, NextToken: after || undefined }));
      return { items: page.Rules ?? [], next: page.NextToken };
    }),
    everyPage(async (after) => {
      const page = await client.send(new ListCustomDetectionRuleAssociationsCommand({ MaxResults: size, NextToken: after || undefined }));
      return { items: page.RuleAssociations ?? [], next: page.NextToken };
    }),
    organization
      ? everyPage(async (after) => {
          const page = await client.send(new ListCustomDetectionRuleOrgConfigurationsCommand({ MaxResults: size, NextToken: after || undefined }));
          return { items: page.Configurations ?? [], next: page.NextToken };
        })
      : [],
    call<DryRun[]>("GET", `regions/${region}/dry-runs`).catch((): DryRun[] => []), // rules are switched without them, too
  ]);
  return rules.map((r: RuleSummary) => {
    const own = associations.find((a) => a.RuleId === r.RuleId);
    const dryRun = (organization: boolean) => dryRuns.find((d) => d.ruleId === r.RuleId && Boolean(d.organization) === organization);
    return {
      id: r.RuleId ?? "",
      name: r.Name ?? "",
      description: r.Description ?? "",
      severity: r.Severity ?? "",
      source: r.DataSource ?? "",
      service: r.Service ?? "",
      tactic: r.Tactic ?? "",
      technique: r.Technique ?? "",
      mode: own?.Mode ?? "OFF",
      associationId: own?.AssociationId,
      dryRun: dryRun(false),
      organization: configurations.flatMap((c) => (c.RuleId === r.RuleId && c.Mode ? [c.Mode] : [])),
      organizationDryRun: dryRun(true),
    };
  });
}

// useExpression reads what a rule looks for.
export function useExpression(RuleId: string) {
  const region = useRegion();
  return useLoad(`custom rule ${RuleId}`, async () => {
    const { Rule } = await guardduty(region).send(new GetCustomDetectionRuleCommand({ RuleId }));
    return Rule?.Definition?.Expression ?? "";
  });
}

export async function setMode(region: string, { id: RuleId, associationId: AssociationId }: Rule, mode: Mode) {
  const client = guardduty(region);
  if (mode === "OFF") {
    if (AssociationId) await client.send(new DeleteCustomDetectionRuleAssociationCommand({ RuleId, AssociationId }));
  } else if (AssociationId) {
    await client.send(new UpdateCustomDetectionRuleAssociationCommand({ RuleId, AssociationId, Mode: mode }));
  } else {
    await client.send(new CreateCustomDetectionRuleAssociationCommand({ RuleId, Mode: mode }));
  }
}

export async function readConfiguration(region: string, RuleId: string, Mode: AssociationMode): Promise<DetectionRuleOrgConfiguration | undefined> {
  return (await guardduty(region).send(new GetCustomDetectionRuleOrgConfigurationCommand({ RuleId, Mode }))).Configuration;
}

export interface Members {
  IncludeAccountIds?: string[]; // neither for all
  ExcludeAccountIds?: string[];
}

// setForOrganization switches a rule for the organization's members; it is on in one mode at most, seen from here.
export async function setForOrganization(region: string, { id: RuleId, organization: had }: Rule, mode: Mode, members: Members) {
  const client = guardduty(region);
  const keep = mode !== "OFF" && had.includes(mode) ? mode : had[0];
  for (const Mode of had) {
    if (mode === "OFF" || Mode !== keep) await client.send(new DeleteCustomDetectionRuleOrgConfigurationCommand({ RuleId, Mode }));
  }
  if (mode === "OFF") return;
  const change = { RuleId, Mode: mode, IncludeAccountIds: members.IncludeAccountIds ?? [], ExcludeAccountIds: members.ExcludeAccountIds ?? [] };
  if (keep) await client.send(new UpdateCustomDetectionRuleOrgConfigurationCommand(change));
  else await client.send(new CreateCustomDetectionRuleOrgConfigurationCommand({ RuleId, Mode: mode, ...members }));
}
