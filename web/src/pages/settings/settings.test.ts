import assert from "node:assert/strict";
import { test } from "node:test";
import { blocking } from "./blocking.ts";
import { checkBucket } from "./bucket.ts";
import { toFeatures } from "./features.ts";

test("a bucket and its key are named by their ARNs", () => {
  const good = { arn: "arn:aws:s3:::findings/of/us", key: "arn:aws:kms:eu-west-1:111122223333:key/0a", owner: "" };
  const f = (change: object, ...want: string[]) => assert.deepEqual(Object.keys(checkBucket({ ...good, ...change })), want);
  f({});
  f({ arn: "arn:aws-cn:s3:::findings", owner: "111122223333" });
  f({ arn: "s3://findings" }, "arn");
  f({ key: "0a" }, "key");
  f({ owner: "1" }, "owner");
  assert.deepEqual(Object.keys(checkBucket(good, "111122223333")), ["owner"]);
  assert.deepEqual(checkBucket({ ...good, owner: "444455556666" }, "111122223333"), {});
});

test("what Picket analyses comes first, and the foundation is fixed", () => {
  const got = toFeatures([
    { Name: "RUNTIME_MONITORING", Status: "DISABLED", AdditionalConfiguration: [{ Name: "EC2_AGENT_MANAGEMENT", Status: "ENABLED" }] },
    { Name: "S3_DATA_EVENTS", Status: "DISABLED" },
    { Name: "CLOUD_TRAIL", Status: "ENABLED" },
  ]);
  assert.deepEqual(
    got.map((f) => [f.name, f.on, f.fixed, f.analysed]),
    [
      ["S3_DATA_EVENTS", false, false, true],
      ["CLOUD_TRAIL", true, true, true],
      ["RUNTIME_MONITORING", false, false, false],
    ],
  );
  assert.deepEqual(got[2]?.additional, [{ name: "EC2_AGENT_MANAGEMENT", on: true }]);
});

test("members and who is invited block the end of the service, the others don't", () => {
  const f = (status: "Created" | "Invited" | "Enabled" | "Disabled" | "Removed" | "Resigned") => ({ accountId: status, status });
  const all = [f("Created"), f("Invited"), f("Enabled"), f("Disabled"), f("Removed"), f("Resigned")];
  assert.deepEqual(blocking(all).map((m) => m.accountId), ["Invited", "Enabled", "Disabled"]);
});
