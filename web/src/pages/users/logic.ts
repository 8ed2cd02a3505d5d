// What is checked before it is sent, and what is told of users, roles, policies and keys.

import type { AccessKey, Identity, Policies } from "../../api/identities.ts";
import { texts } from "../../texts/users.ts";

export const maxKeys = 2; // of one user, as in IAM

export function checkName(name: string, taken: readonly string[]): string | undefined {
  if (!/^[\w+=,.@-]{1,64}$/.test(name)) return texts.nameWrong;
  return taken.includes(name) ? texts.nameTaken : undefined;
}

export function checkJson(text: string): { value?: unknown; wrong?: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { wrong: texts.jsonWrong(error instanceof Error ? error.message : String(error)) };
  }
}

export const pretty = (document: unknown) => JSON.stringify(document, null, 2);

// newTrust is a trust policy to begin with: anyone of an account whose own policies allow it.
export const newTrust = (account: string) =>
  pretty({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "sts:AssumeRole" }],
  });

export const newPolicy = () =>
  pretty({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["guardduty:Get*", "guardduty:List*"], Resource: "*" }] });

// trusted is who a trust policy names, in short; several statements may name several.
export function trusted(trust: unknown): string[] {
  const statements = list(object(trust).Statement);
  const all = statements.flatMap((s) => {
    const principal = object(s).Principal;
    if (typeof principal === "string") return [principal];
    return Object.values(object(principal)).flatMap(list);
  });
  return [...new Set(all.map(String))];
}

// Change says what a choice of policies takes away and gives.
export function changeOf(before: readonly string[], after: readonly string[]) {
  return { added: after.filter((p) => !before.includes(p)), removed: before.filter((p) => !after.includes(p)) };
}

export interface PolicyRow {
  name: string;
  about: string;
  document: unknown;
  managed: boolean;
  usedBy: string[];
}

export function policyRows(policies: Policies, identities: readonly Identity[]): PolicyRow[] {
  const usedBy = (name: string) => identities.filter((i) => i.policies?.includes(name)).map((i) => i.name);
  return [
    ...(policies.own ?? []).map((p) => ({ ...p, about: "", managed: false, usedBy: usedBy(p.name) })),
    ...policies.managed.map((p) => ({ ...p, managed: true, usedBy: usedBy(p.name) })),
  ];
}

// credentialsFile is what the AWS CLI and SDKs read. A profile's name can have no bracket or line break: names of users have none.
export function credentialsFile(key: AccessKey, region: string, endpoint: string): string {
  return [
    `[${key.user || "root"}]`,
    `aws_access_key_id = ${key.accessKeyId}`,
    `aws_secret_access_key = ${key.secretAccessKey ?? ""}`,
    `region = ${region}`,
    `endpoint_url = ${endpoint}`,
    "",
  ].join("\n");
}

const object = (value: unknown) => (value && typeof value === "object" ? (value as Record<string, unknown>) : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);
