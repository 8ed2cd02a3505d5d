import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { attributeNames } from "../../texts/findings.ts";
import { readAttributes } from "./attributes.ts";
import { fullLabelOf } from "./labels.ts";

test("attributes are called by the words of their paths", () => {
  const f = (path: string, want: string) => assert.equal(fullLabelOf(path), want);
  f("service.action.rdsLoginAttemptAction.remoteIpDetails.country.countryCode", "RDS login attempt: remote country code");
  f("service.action.networkConnectionAction.localIpDetails.ipAddressV6", "Network connection: local IPv6");
  f("resource.instanceDetails.instanceType", "Instance: type");
  f("service.action.portProbeAction.portProbeDetails.localPortDetails.portName", "Port probe: local port name");
  f("service.additionalInfo.anomalies.anomalousAPIs", "Additional info: anomalies anomalous APIs");
  f("resource.ecsClusterDetails.taskDetails.tags.key", "ECS cluster: task tags key");
  f("service.runtimeDetails.context.ldPreloadValue", "Runtime: LD preload value");
  f("service.detection.sequence.actors.user.uid", "Sequence: actors user UID");
  f("service.archived", "Archived");
});

test("no two attributes are called the same", () => {
  const attributes = readAttributes(readFileSync(new URL("../../../../criteria/attributes.txt", import.meta.url), "utf8"));
  const called = new Map<string, string[]>();
  for (const { path } of attributes) {
    const name = (attributeNames[path] ?? fullLabelOf(path)).toLowerCase();
    called.set(name, [...(called.get(name) ?? []), path]);
  }
  assert.deepEqual([...called].filter(([, paths]) => paths.length > 1), []);
});
