// What the property filter offers: every attribute of findings, how each is compared, and values to choose from.

import type { PropertyFilterProps } from "@cloudscape-design/components/property-filter";
import type { Finding } from "@aws-sdk/client-guardduty";
import type { Group } from "../../api/findings.ts";
import { attributeNames, texts } from "../../texts/findings.ts";
import type { Attribute } from "./attributes.ts";
import { attributes } from "./catalogue.ts";
import { bandNames } from "./criteria.ts";
import { DateForm } from "./DateForm.tsx";
import { formatDate } from "./dates.ts";
import { fullLabelOf } from "./labels.ts";
import { type Doc, leaves, opened, wire } from "./document.ts";

type Property = PropertyFilterProps.FilteringProperty;
type Option = PropertyFilterProps.FilteringOption;

// Attributes with few values that are all known.
const enums: Record<string, readonly string[]> = {
  severity: bandNames,
  "resource.resourceType": [
    "AccessKey", "Container", "EBSSnapshot", "EC2Image", "ECSCluster", "EKSCluster", "Instance", "KubernetesCluster", "Lambda",
    "RDSDBInstance", "RDSLimitlessDB", "RecoveryPoint", "S3Bucket", "S3Object",
  ],
  "service.action.actionType": ["AWS_API_CALL", "DNS_REQUEST", "KUBERNETES_API_CALL", "NETWORK_CONNECTION", "PORT_PROBE", "RDS_LOGIN_ATTEMPT"],
  "service.action.networkConnectionAction.connectionDirection": ["INBOUND", "OUTBOUND", "UNKNOWN"],
  "service.resourceRole": ["TARGET", "ACTOR"],
  "service.userFeedback": ["USEFUL", "NOT_USEFUL"],
};
const truths = ["true", "false"];

const kinds = new Map(attributes.map((a) => [a.path, a.kind]));

export const nameOf = (path: string) => attributeNames[path] ?? (kinds.has(path) ? fullLabelOf(path) : path);

// several says that one condition holds several values, chosen from those that are known.
export const several = (path: string) => path in enums || kinds.get(path) === "bool";

// What is asked for most is offered first.
const most = ["type", "severity", "accountId", "resource.resourceType", "updatedAt", "region"];
const place = (a: Attribute) => (most.includes(a.path) ? most.indexOf(a.path) : most.length);

const asked = attributes.filter((a) => a.path !== "service.archived").sort((a, b) => place(a) - place(b));

const property = (a: Attribute, key: string, label: string, group: string | undefined, operators: Property["operators"]): Property => ({
  key,
  propertyLabel: label,
  groupValuesLabel: texts.filter.values(label),
  group,
  operators,
  ...(a.kind === "date" && { defaultOperator: ">=" as const }),
});

// Each attribute can be asked for by its name, and by its path too.
export const properties: Property[] = [
  ...asked.map((a) => property(a, a.path, nameOf(a.path), groupOf(a.path), operatorsOf(a, several(a.path)))),
  ...asked.filter((a) => a.path.includes(".")).map((a) => property(a, `@${a.path}`, a.path, "paths", operatorsOf(a, false))),
];

// pathOfKey is the path of a property by its key.
export const pathOfKey = (key: string) => key.replace(/^@/, "");

export const groups: PropertyFilterProps.GroupText[] = Object.entries(texts.filter.groups).map(([group, [properties, values]]) => ({ group, properties, values }));

function groupOf(path: string): string | undefined {
  if (path in attributeNames) return undefined;
  const [first, second = ""] = path.split(".");
  if (first === "resource") return "resource";
  if (second === "action") return "action";
  if (second === "additionalInfo") return "info";
  if (second === "detection") return "sequence";
  if (second === "runtimeDetails") return "runtime";
  return second === "malwareScanDetails" || second === "ebsVolumeScanDetails" ? "malware" : "other";
}

function operatorsOf({ kind }: Attribute, several: boolean): Property["operators"] {
  const equal = (["=", "!="] as const).map((operator) => (several ? { operator, tokenType: "enum" as const } : operator));
  if (kind === "number") return [...equal, ">", ">=", "<", "<="];
  if (kind !== "date") return equal;
  return (["=", ">", ">=", "<", "<="] as const).map((operator) => ({
    operator,
    description: texts.filter.operators[operator],
    form: DateForm,
    format: formatDate,
  }));
}

const fixed: Option[] = asked.flatMap((a) => (enums[a.path] ?? (a.kind === "bool" ? truths : [])).map((value) => ({ propertyKey: a.path, value })));

const maxValues = 100; // of one attribute
const maxLength = 200; // what is longer is no value that people choose

// optionsOf are the values that are known: of enums, of what was counted, and of the findings at hand.
export function optionsOf(findings: readonly Finding[], types: readonly Group[], accounts: readonly Group[]): Option[] {
  const seen = new Map<string, Set<string>>();
  const add = (path: string, value: string) => {
    const values = seen.get(path) ?? new Set();
    if (values.size < maxValues && value.length <= maxLength) values.add(value);
    seen.set(path, values);
  };
  for (const { key } of types) add("type", key);
  for (const { key } of accounts) add("accountId", key);
  for (const finding of findings) {
    for (const [path, values] of leaves(opened(wire(finding) as Doc))) {
      if (["text", "number", "address"].includes(kinds.get(path) ?? "")) values.forEach((v) => add(path, v));
    }
  }
  const open = [...seen].flatMap(([propertyKey, values]) => (propertyKey in enums ? [] : [...values].map((value) => ({ propertyKey, value }))));
  return [...fixed, ...open];
}

// optionsByPath are the values of an attribute that was chosen by its path; offered always, they would stand twice in the list.
export const optionsByPath = (key: string, options: readonly Option[]): Option[] =>
  key.startsWith("@") ? options.filter((o) => o.propertyKey === pathOfKey(key)).map((o) => ({ ...o, propertyKey: key })) : [];
