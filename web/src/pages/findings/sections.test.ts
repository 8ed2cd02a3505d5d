import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readMarkdown } from "../../components/markdown.ts";
import { readAttributes } from "./attributes.ts";
import type { Doc } from "./document.ts";
import { readRecord } from "./evidence.ts";
import { outline, placesOf, type Topology } from "./geography.ts";
import { readPage } from "./rulePage.ts";
import { actorsOf, labelOf, sectionsOf, tablesOf, time, words } from "./sections.ts";

const remoteIpDetails = {
  ipAddressV4: "203.0.113.7",
  city: { cityName: "" },
  country: { countryName: "Japan" },
  organization: { asn: "-1", asnOrg: "Unknown" },
  geoLocation: { lat: 37.6, lon: 138 },
};
const finding = {
  id: "f1",
  type: "Recon:EC2/Portscan",
  severity: 5,
  title: "t",
  resource: { instanceDetails: { networkInterfaces: [{ publicIp: "198.51.100.1" }, { publicIp: "198.51.100.2" }] }, resourceType: "Instance" },
  service: {
    archived: false,
    resourceRole: "TARGET",
    action: {
      actionType: "NETWORK_CONNECTION",
      networkConnectionAction: { protocol: "TCP", remoteIpDetails, localPortDetails: { port: 22 }, localIpDetails: { ipAddressV4: "10.0.0.1" } },
    },
    additionalInfo: { type: "default", threatListName: "tor", unusual: "x", apiCalls: [{ count: 2, name: "GetUser" }, { name: "ListUsers" }] },
    runtimeDetails: { process: { pid: 1 } },
  },
};

test("all that a finding says is in a section", () => {
  const shown = Object.fromEntries([...sectionsOf(finding)].map(([id, items]) => [id, items.map((i) => `${i.label}: ${i.values.join()}`)]));
  assert.deepEqual(shown, {
    overview: ["Finding type: Recon:EC2/Portscan", "Severity: 5", "Resource role: TARGET", "Threat list name: tor", "Finding ID: f1"],
    resource: ["Resource type: Instance", "Network interfaces › Public IP: 198.51.100.1,198.51.100.2"],
    action: ["Action type: NETWORK_CONNECTION", "Protocol: TCP"],
    remote: ["IPv4: 203.0.113.7", "Country name: Japan"],
    local: ["Port: 22", "IPv4: 10.0.0.1"],
    info: ["Unusual: x"],
    more: ["Runtime › Process › PID: 1"],
  });
  assert.equal(sectionsOf({}).size, 0);
});

test("values are told apart where a finding has several resources", () => {
  const resource = { accessKeyDetails: { userName: "dana" }, s3BucketDetails: [{ name: "logs", arn: "arn:aws:s3:::logs" }], resourceType: "S3Bucket" };
  assert.deepEqual(sectionsOf({ resource }).get("resource")?.map((i) => i.label), ["Resource type", "Access key › User name", "S3 bucket › Name", "S3 bucket › ARN"]);
  const pod = { eksClusterDetails: { name: "prod" }, kubernetesDetails: { kubernetesWorkloadDetails: { containers: [{ name: "web" }] } } };
  assert.deepEqual(sectionsOf({ resource: pod }).get("resource")?.map((i) => i.label), ["EKS cluster › Name", "Kubernetes workload › Containers › Name"]);
});

test("labels leave out steps that say nothing", () => {
  const f = (path: string, want: string) => assert.equal(labelOf(path), want);
  const bucket = "resource.s3BucketDetails.publicAccess";
  f(`${bucket}.permissionConfiguration.bucketLevelPermissions.accessControlList.allowsPublicReadAccess`, "Access control list › Allows public read access");
  f(`${bucket}.permissionConfiguration.accountLevelPermissions.blockPublicAccess.blockPublicAcls`, "Account level permissions › Block public access › Block public ACLs");
  f(`${bucket}.effectivePermission`, "Public access › Effective permission");
  f("resource.instanceDetails.networkInterfaces.networkInterfaceId", "Network interface ID");
  f("resource.instanceDetails.networkInterfaces.privateIpAddresses.privateIpAddress", "Network interfaces › Private IP addresses");
  f("resource.instanceDetails.networkInterfaces.privateIpAddress", "Network interfaces › Private IP address");
  f("resource.kubernetesDetails.kubernetesWorkloadDetails.containers.securityContext.privileged", "Containers › Security context › Privileged");
});

test("no two values of a section are called the same, even of several resources", () => {
  const finding = {};
  for (const { path } of readAttributes(readFileSync(new URL("../../../../criteria/attributes.txt", import.meta.url), "utf8"))) {
    const steps = path.split(".");
    const last = steps.pop() ?? "";
    steps.reduce<Doc>((of, step) => (of[step] ??= {}) as Doc, finding)[last] = "x";
  }
  const sections = sectionsOf(finding);
  for (const id of ["overview", "resource", "info", "more"] as const) {
    const labels = sections.get(id)?.map((i) => i.label) ?? [];
    assert.deepEqual(labels.filter((l, i) => labels.indexOf(l) !== i), [], id);
  }
});

test("names in words", () => {
  const f = (name: string, want: string) => assert.equal(words(name), want);
  f("ipAddressV4", "IPv4");
  f("vpcId", "VPC ID");
  f("details", "Details");
  f("executableSha256", "Executable SHA256");
  f("kmsMasterKeyArn", "KMS master key ARN");
  f("AWS::IAM::AccessKey", "AWS::IAM::AccessKey");
  assert.equal(labelOf("severity"), "Severity");
});

test("places that are known", () => {
  assert.deepEqual(placesOf(finding), [{ lat: 37.6, lon: 138, label: "203.0.113.7, Japan" }]);
  const at = (lat: unknown, lon: unknown) => placesOf({ service: { action: { a: { remoteIpDetails: { geoLocation: { lat, lon } } } } } }).length;
  assert.deepEqual([at(0, 0), at(0, 5), at("1", 2), at(91, 0), at(undefined, 3)], [0, 1, 0, 0, 0]);
  const endpoints = [{ ip: "1.2.3.4", location: { city: "Oslo", country: "Norway", lat: 59.9, lon: 10.7 } }];
  assert.deepEqual(placesOf({ service: { detection: { sequence: { endpoints } } } }).map((p) => p.label), ["1.2.3.4, Oslo, Norway"]);
});

test("an outline of shared arcs", () => {
  const topology: Topology = {
    transform: { scale: [10, 10], translate: [-180, -90] },
    arcs: [[[0, 0], [1, 0], [0, 1]], [[0, 0], [0, 1], [1, 0]]],
    objects: { land: { geometries: [{ arcs: [[[0, ~1]]] }] } },
  };
  assert.equal(outline(topology), "M0 180L10 180L10 170L10 170L0 170L0 180Z");
  // Land on both edges is whole at both; what goes around the pole is left out.
  const arc = (points: number[][]) => outline({ ...topology, arcs: [points], objects: { land: { geometries: [{ arcs: [[[0]]] }] } } });
  assert.equal(arc([[35, 9], [-34, 0], [0, 1], [34, -1]]), "M350 90L370 90L370 80L350 90ZM-10 90L10 90L10 80L-10 90Z");
  assert.equal(arc([[0, 1], [12, 0], [12, 0], [12, 0]]), "");
});

test("records in one line", () => {
  const f = (kind: string, text: string, want: string, header?: string) => assert.equal(readRecord({ object: "o", offset: 0, kind, text, header, time: 0 }).summary, want);
  f("CloudTrail", '{"eventName":"StopLogging","userIdentity":{"userName":"<img>"},"sourceIPAddress":"1.2.3.4"}', "StopLogging · <img> · 1.2.3.4");
  f("DNS", '{"query_name":"a.example.","query_type":"A","rcode":"NOERROR"}', "a.example. · A · NOERROR");
  f("VPC flow", "10.0.0.1 10.0.0.2 22 80 ACCEPT", "10.0.0.1:22 → 10.0.0.2:80 · ACCEPT", "srcaddr dstaddr srcport dstport action");
  f("CloudTrail", "no JSON", "no JSON");
  f("CloudTrail", "[1]", "[1]");
});

test("times as the wire has them", () => {
  assert.deepEqual([time(1.5), time("1.5"), time("1970-01-01T00:00:02Z"), time("x"), time(null)], [1500, 1500, 2000, 0, 0]);
});

test("tables and actors", () => {
  assert.deepEqual(tablesOf(finding), [{ name: "apiCalls", rows: finding.service.additionalInfo.apiCalls, columns: ["name", "count"] }]);
  assert.deepEqual(actorsOf(finding), [{ path: "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4", value: "203.0.113.7" }]);
  const keyed = (resourceType: string) => actorsOf({ resource: { resourceType, accessKeyDetails: { accessKeyId: "AKIA", userName: "dana" } } });
  assert.deepEqual(keyed("S3Bucket"), [{ path: "resource.accessKeyDetails.accessKeyId", value: "AKIA" }]);
  assert.deepEqual(keyed("AccessKey"), []);
});

test("a rule's page is told before its examples", () => {
  const f = (text: string, prose: string[], examples: string[]) => {
    const page = readPage(readMarkdown(text));
    assert.deepEqual([page.prose.map((b) => b.kind), page.examples.map((b) => b.kind)], [prose, examples]);
  };
  f("# T\n\nWhat.\n\nIt fires when:\n\n```flow fires X\n1\n```\n\n```json finding\n{}\n```\n\nand not:", ["heading", "paragraph"], ["paragraph", "fence", "paragraph"]);
  f("# T\n\nWhat.\n\n```flow fires X\n1\n```", ["heading", "paragraph"], ["fence"]);
  f("What:", ["paragraph"], []);
});
