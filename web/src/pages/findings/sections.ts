// The parts of a finding that its panel shows, each a list of attributes with their values.

import { sentence } from "../../components/sentence.ts";
import { attributeNames } from "../../texts/findings.ts";
import { accessKey, leaves, at, type Doc, list, object, textAt } from "./document.ts";
import { unknown } from "./geography.ts";

export interface Item {
  path: string; // the attribute's, as criteria have it
  label: string;
  values: string[];
}

export type SectionId = "overview" | "resource" | "action" | "remote" | "local" | "info" | "more";

const overview = [
  "type", "severity", "region", "accountId", "service.count", "updatedAt", "createdAt", "service.eventFirstSeen", "service.eventLastSeen",
  "service.resourceRole", "service.additionalInfo.threatListName", "service.userFeedback", "associatedAttackSequenceArn", "id",
];

const first = ["resource.resourceType", ...overview]; // what a section begins with; all else stays as it came
const place = (path: string) => (first.includes(path) ? first.indexOf(path) : first.length);

// What is shown in a form of its own, or nowhere.
const apart = ["service.additionalInfo", "service.action", "service.detection", "service.archived", "service.serviceName", "service.detectorId"];

const remote = /\.(remote[A-Z]\w*|domainDetails|sourceIPs)(\.|$)/;
const local = /\.local[A-Z]\w*(\.|$)/;

// sectionsOf sorts all that a finding says into sections; those that would be empty are left out. Additional information must have
// been opened.
export function sectionsOf(finding: Doc): Map<SectionId, Item[]> {
  const all = leaves(finding);
  const tables = tablesOf(finding).map((t) => `service.additionalInfo.${t.name}.`);
  const sections = new Map<SectionId, Item[]>();
  for (const [path, values] of all) {
    const known = values.filter((v) => !unknown(v));
    const id = sectionOf(path);
    if (!id || !known.length || tables.some((t) => path.startsWith(t))) continue;
    sections.set(id, [...(sections.get(id) ?? []), { path, label: labelOf(path), values: known }]);
  }
  for (const id of ["overview", "resource"] as const) sections.get(id)?.sort((a, b) => place(a.path) - place(b.path));
  const resources = sections.get("resource");
  if (resources) sections.set("resource", told(resources));
  return sections;
}

// told says of which resource a value is, where a finding has several: a key's user and the bucket that was read.
function told(items: Item[]): Item[] {
  const of = ({ path }: Item) => path.split(".")[1] ?? "";
  const detailed = items.filter((item) => of(item).endsWith("Details"));
  if (new Set(detailed.map(of)).size < 2) return items;
  return items.map((item) => {
    const outer = words(of(item));
    const inner = words(item.path.split(".")[2] ?? "");
    const resource = begins(inner, outer) ? inner : outer;
    return detailed.includes(item) && !begins(item.label, resource) ? { ...item, label: `${resource} › ${item.label}` } : item;
  });
}

function sectionOf(path: string): SectionId | undefined {
  if (path === "service.additionalInfo.type") return undefined;
  if (overview.includes(path)) return "overview";
  if (path.startsWith("resource.")) return "resource";
  if (/\.geoLocation\.(lat|lon)$/.test(path)) return undefined; // the map shows it
  if (path.startsWith("service.action.")) return remote.test(path) ? "remote" : local.test(path) ? "local" : "action";
  if (path.startsWith("service.additionalInfo.")) return "info";
  if (path.startsWith("service.") && !apart.some((p) => path === p || path.startsWith(`${p}.`))) return "more";
  return undefined;
}

const acronyms =
  "ACL ACLs API APIs ARN ASN AWS CPU DB DNS EBS EC2 ECS EKS GB IAM IANA ID IDs IP IPs IPC IPv6 ISP Kubernetes KMS Lambda LD MFA PID RDS S3 SHA256 SSL TLS UID UIDs URI UUID V4 V6 VPC";
const small = new Map(acronyms.split(" ").map((a) => [a.toLowerCase(), a]));

// partsOf are the words of a name of the API: "remoteIpDetails" is "remote IP".
export function partsOf(name: string): string[] {
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z]{2})/g, "$1 $2")
    .split(/[\s_-]+/)
    .map((w) => small.get(w.toLowerCase()) ?? w.toLowerCase());
  if (parts.length > 1 && parts.at(-1) === "details") parts.pop();
  return parts.join(" ").replace("IP address V", "IPv").split(" ");
}

// words writes a name of the API for people: "remoteIpDetails" is "Remote IP".
export function words(name: string): string {
  if (!/^\w+$/.test(name)) return name; // a name of somebody's own, such as AWS::IAM::AccessKey
  return sentence(partsOf(name).join(" "));
}

const idle = /\.(publicAccess\.)?permissionConfiguration(\.bucketLevelPermissions)?(?=\.)/; // steps that say nothing

// labelOf calls an attribute by the end of its path: what stands above it says the section.
export function labelOf(path: string): string {
  const steps = path.replace(idle, "").split(".");
  if (overview.includes(path)) return attributeNames[path] ?? words(steps.at(-1) ?? "");
  if (remote.test(path) || local.test(path)) return words(steps.at(-1) ?? "");
  const above = steps[0] === "resource" ? 2 : steps[1] === "action" ? 3 : steps[1] === "additionalInfo" ? 2 : steps[0] === "service" ? 1 : 0;
  const rest = steps.slice(Math.min(above, steps.length - 1));
  return rest.map(words).reduce(step, []).slice(-3).join(" › ");
}

const begins = (label: string, word: string) => label === word || label.startsWith(`${word} `);

// step says once what a name says again: "agent", "agent ID", or "addresses", "address".
function step(before: string[], name: string): string[] {
  const last = before.at(-1);
  if (last === undefined) return [name];
  const one = last.replace(/(?<=ss)es$|s$/, "");
  if (name === one) return before;
  return begins(name, last) || begins(name, one) ? [...before.slice(0, -1), name] : [...before, name];
}

// time reads a time of the wire: seconds, or text.
export function time(value: unknown): number {
  if (typeof value === "number") return value * 1000;
  if (typeof value !== "string") return 0;
  return Number(value) * 1000 || Date.parse(value) || 0;
}

// tablesOf are the lists of objects in additional information, such as the API calls that were made; names are their first column.
export function tablesOf(finding: Doc): { name: string; rows: Doc[]; columns: string[] }[] {
  return Object.entries(object(at(finding, "service.additionalInfo"))).flatMap(([name, value]) => {
    const rows = list(value).filter((v) => Object.keys(object(v)).length > 0).map(object);
    if (!rows.length) return [];
    const columns = [...new Set(rows.flatMap(Object.keys))];
    return [{ name, rows, columns: columns.sort((a, b) => Number(b === "name") - Number(a === "name")) }];
  });
}

// actorsOf are what else the same actor can be found by. A key that is the resource itself is found by it.
export function actorsOf(finding: Doc): { path: string; value: string }[] {
  const found = leaves(finding);
  const paths = [...found.keys()].filter((p) => /\.remoteIpDetails\.ipAddressV[46]$/.test(p));
  if (textAt(finding, "resource.resourceType") !== "AccessKey") paths.push(accessKey);
  return paths.flatMap((path) => (found.get(path) ?? []).slice(0, 1).map((value) => ({ path, value })));
}
