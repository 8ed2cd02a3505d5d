// A finding as a document: as the API has it on the wire, and what stands where in it.

import type { Finding } from "@aws-sdk/client-guardduty";
import { texts } from "../../texts/findings.ts";

export type Doc = Record<string, unknown>;

// wire writes what AWS's client returns as it came: names begin with a small letter, save those that are nobody's word, such as
// AWS::IAM::AccessKey; times are seconds or, where the client keeps them as they are, texts.
export function wire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(wire);
  if (!value || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return Object.fromEntries(entries.map(([name, v]) => [/^\w+$/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name, wire(v)]));
}

// opened has service.additionalInfo as the object that the API carries as text.
export function opened(finding: Doc): Doc {
  const service = object(finding.service);
  const info = object(service.additionalInfo);
  if (typeof info.value !== "string") return finding;
  try {
    const value: unknown = JSON.parse(info.value);
    if (!value || typeof value !== "object") return finding;
    return { ...finding, service: { ...service, additionalInfo: { ...(value as Doc), type: info.type } } };
  } catch {
    return finding;
  }
}

export const object = (value: unknown): Doc => (value && typeof value === "object" && !Array.isArray(value) ? (value as Doc) : {});
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

// at is what stands at a path.
export function at(doc: unknown, path: string): unknown {
  return path.split(".").reduce((value: unknown, name) => object(value)[name], doc);
}

export const textAt = (doc: unknown, path: string): string => {
  const value = at(doc, path);
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
};

// leaves are all values of a document by their paths, each once.
export function leaves(value: unknown, path = "", into = new Map<string, string[]>()): Map<string, string[]> {
  if (Array.isArray(value)) {
    for (const v of value) leaves(v, path, into);
  } else if (value && typeof value === "object") {
    for (const [name, v] of Object.entries(value)) leaves(v, path ? `${path}.${name}` : name, into);
  } else if (value !== undefined && value !== null && value !== "") {
    const values = into.get(path) ?? [];
    if (!values.includes(String(value))) values.push(String(value));
    into.set(path, values);
  }
  return into;
}

// isSample reads what the client returns: only the text of additional information says it.
export function isSample(finding: Finding): boolean {
  return textAt(opened(wire({ Service: { AdditionalInfo: finding.Service?.AdditionalInfo } }) as Doc), "service.additionalInfo.sample") === "true";
}

// titleOf is what a finding is called; samples are called so, as GuardDuty's console does.
export function titleOf(finding: Finding): string {
  return (isSample(finding) ? "[SAMPLE] " : "") + (finding.Title || finding.Type || finding.Id || "");
}

export interface Resource {
  type: string;
  id: string;
  path: string; // of the attribute that holds the id
}

export const accessKey = "resource.accessKeyDetails.accessKeyId";
export const userName = "resource.accessKeyDetails.userName";

// Which attribute names a resource, by its type.
const names: Record<string, string[]> = {
  AccessKey: ["accessKeyDetails.userName", "accessKeyDetails.accessKeyId"], // its user, where that is known
  Container: ["containerDetails.name", "containerDetails.id"],
  EBSSnapshot: ["ebsSnapshotDetails.snapshotArn"],
  EC2Image: ["ec2ImageDetails.imageArn"],
  ECSCluster: ["ecsClusterDetails.name"],
  EKSCluster: ["eksClusterDetails.name"],
  Instance: ["instanceDetails.instanceId"],
  KubernetesCluster: ["eksClusterDetails.name", "kubernetesDetails.kubernetesWorkloadDetails.name"],
  Lambda: ["lambdaDetails.functionName"],
  RDSDBInstance: ["rdsDbInstanceDetails.dbInstanceIdentifier"],
  RDSLimitlessDB: ["rdsLimitlessDbDetails.dbShardGroupIdentifier"],
  RecoveryPoint: ["recoveryPointDetails.recoveryPointArn"],
  S3Bucket: ["s3BucketDetails.name"],
  S3Object: ["s3BucketDetails.name"],
};

// resourceOf is what a finding is about.
export function resourceOf(finding: Doc): Resource {
  const type = textAt(finding, "resource.resourceType");
  const all = leaves(finding.resource);
  for (const path of names[type] ?? []) {
    const id = all.get(path)?.[0];
    if (id) return { type, id, path: `resource.${path}` };
  }
  return { type, id: "", path: "" };
}

// nameOfResource says what a finding is about: "S3 bucket: logs", "User: dana".
export function nameOfResource(finding: Doc): string {
  const { type, id, path } = resourceOf(finding);
  const role = textAt(finding, "resource.accessKeyDetails.userType").endsWith("Role");
  const kind = texts.resources[path !== userName ? type : role ? "Role" : "User"] ?? type;
  return id ? `${kind}: ${id}` : kind || "-";
}
