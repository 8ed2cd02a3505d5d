// What kinds of logs are called, by the names that the server has for them and those of the API's features; and kinds of resources,
// by those of their ARNs.

const cloudTrail = "CloudTrail management events";
const dns = "DNS logs";
const flow = "VPC Flow Logs";
const s3 = "S3 data events";

const kinds: Record<string, string> = {
  CloudTrail: cloudTrail,
  CLOUD_TRAIL: cloudTrail,
  DNS: dns,
  DNS_LOGS: dns,
  "VPC flow": flow,
  FLOW_LOGS: flow,
  "S3 data events": s3,
  S3_DATA_EVENTS: s3,
};

export const kindText = (kind: string) => kinds[kind] ?? kind;

const resources: Record<string, string> = { bucket: "Bucket", instance: "Instance", "network-interface": "Network interface", vpc: "VPC" };

export const resourceText = (kind: string) => resources[kind] ?? kind;
