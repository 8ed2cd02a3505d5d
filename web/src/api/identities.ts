// Users, roles, policies and access keys of the account.

import { call } from "./call.ts";

export type Kind = "users" | "roles";

export interface Identity {
  name: string;
  id: string;
  arn: string;
  createdAt: number;
  policies?: string[];
  tags?: Record<string, string>;
  trust?: unknown; // of a role: the policy that says who may assume it
}

export interface Policy {
  name: string;
  document: unknown;
}

export interface Policies {
  managed: (Policy & { about: string })[];
  own: Policy[] | null;
}

export interface AccessKey {
  accessKeyId: string;
  user?: string; // nothing for the account's root
  secretAccessKey?: string; // told once, when the key is made
  inactive?: boolean;
  createdAt: number;
}

const one = (kind: Kind, name: string) => `${kind}/${encodeURIComponent(name)}`;

export const readIdentities = async (kind: Kind) => (await call<Identity[] | null>("GET", kind)) ?? [];
export const createIdentity = (kind: Kind, identity: { name: string; policies: string[]; trust?: unknown }) =>
  call<Identity>("POST", kind, identity);
export const deleteIdentity = (kind: Kind, name: string) => call<void>("DELETE", one(kind, name));
export const setPolicies = (kind: Kind, name: string, policies: string[]) => call<void>("PUT", `${one(kind, name)}/policies`, { policies });
export const resetPassword = async (user: string) => (await call<{ password: string }>("POST", `${one("users", user)}/reset`)).password;

export const readPolicies = () => call<Policies>("GET", "policies");
export const createPolicy = (name: string, document: unknown) => call<void>("POST", "policies", { name, document });
export const putPolicy = (name: string, document: unknown) => call<void>("PUT", `policies/${encodeURIComponent(name)}`, { document });
export const deletePolicy = (name: string) => call<void>("DELETE", `policies/${encodeURIComponent(name)}`);

export const readKeys = async () => (await call<AccessKey[] | null>("GET", "keys")) ?? [];
export const createKey = (user: string) => call<AccessKey>("POST", "keys", { user });
export const setKeyActive = (id: string, active: boolean) => call<void>("PUT", `keys/${encodeURIComponent(id)}`, { active });
export const deleteKey = (id: string) => call<void>("DELETE", `keys/${encodeURIComponent(id)}`);
