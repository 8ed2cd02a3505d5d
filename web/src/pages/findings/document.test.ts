import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "@aws-sdk/client-guardduty";
import { asked, readShown, writeShown } from "./address.ts";
import { at, leaves, nameOfResource, opened, resourceOf, textAt, titleOf, wire } from "./document.ts";

test("the client's words become the wire's", () => {
  const finding = { AccountId: "1", Resource: { S3BucketDetails: [{ Name: "b", CreatedAt: new Date(1500), ETag: undefined }] }, Severity: 8 };
  assert.deepEqual(wire({ AffectedResources: { "AWS::S3::Bucket": "b" } }), { affectedResources: { "AWS::S3::Bucket": "b" } });
  assert.deepEqual(wire(finding), { accountId: "1", resource: { s3BucketDetails: [{ name: "b", createdAt: 1.5 }] }, severity: 8 });
});

test("additional information is opened where it can be", () => {
  const finding = (value: unknown) => ({ service: { count: 1, additionalInfo: { type: "default", value } } });
  assert.deepEqual(opened(finding('{"sample":true}')), { service: { count: 1, additionalInfo: { sample: true, type: "default" } } });
  for (const value of ["{", "7", "null", undefined]) assert.deepEqual(opened(finding(value)), finding(value));
  assert.deepEqual(opened({}), {});
});

test("samples are called so", () => {
  const info = (Value: string) => ({ Title: "t", Service: { AdditionalInfo: { Value, Type: "default" } } });
  assert.deepEqual([info('{"sample":true}'), info('{"sample":false}'), info("{"), { Type: "x" }].map((f) => titleOf(f as Finding)), ["[SAMPLE] t", "t", "t", "x"]);
});

test("values are found by paths", () => {
  const doc = { a: { b: [{ c: "x" }, { c: "y" }, { c: "x" }], d: 0, e: null, f: "" } };
  assert.deepEqual([...leaves(doc)], [["a.b.c", ["x", "y"]], ["a.d", ["0"]]]);
  assert.equal(textAt(doc, "a.d"), "0");
  assert.equal(textAt(doc, "a.b"), "");
  assert.equal(at(doc, "a.q.r"), undefined);
});

test("a resource is named", () => {
  const f = (resource: object, type: string, id: string, path: string) => assert.deepEqual(resourceOf({ resource }), { type, id, path });
  f({ resourceType: "Instance", instanceDetails: { instanceId: "i-1" } }, "Instance", "i-1", "resource.instanceDetails.instanceId");
  f({ resourceType: "AccessKey", accessKeyDetails: { accessKeyId: "AKIA" } }, "AccessKey", "AKIA", "resource.accessKeyDetails.accessKeyId");
  f({ resourceType: "S3Bucket", s3BucketDetails: [{ name: "b" }] }, "S3Bucket", "b", "resource.s3BucketDetails.name");
  f({ resourceType: "Account" }, "Account", "", "");
  f({}, "", "", "");
});

test("a resource is named in words", () => {
  const f = (resource: object, want: string) => assert.equal(nameOfResource({ resource }), want);
  f({ resourceType: "RDSDBInstance", rdsDbInstanceDetails: { dbInstanceIdentifier: "db" } }, "RDS database: db");
  f({ resourceType: "AccessKey", accessKeyDetails: { accessKeyId: "AKIA", userName: "dana", userType: "IAMUser" } }, "User: dana");
  f({ resourceType: "AccessKey", accessKeyDetails: { userName: "web", userType: "AssumedRole" } }, "Role: web");
  f({ resourceType: "AccessKey", accessKeyDetails: { accessKeyId: "AKIA" } }, "Access key: AKIA");
  f({ resourceType: "Account" }, "Account");
  f({}, "-");
});

const pathOf = (path: string) => ["severity", "type", "updatedAt", "service.archived"].find((known) => known.toLowerCase() === path.toLowerCase());

test("the address keeps what is shown", () => {
  const f = (address: string) => {
    const shown = readShown(new URLSearchParams(address), pathOf);
    const again = Object.entries(writeShown(shown)).flatMap(([k, v]) => (v ? [[k, v] as [string, string]] : []));
    assert.deepEqual(readShown(new URLSearchParams(again), pathOf), shown);
    return shown;
  };
  assert.deepEqual(f(""), { archived: false, criterion: {}, sort: "updatedAt", descending: true });
  const criteria = encodeURIComponent('{"service.archived":{"equals":["true"]},"type":{"equals":["a&b"]}}');
  assert.deepEqual(f(`criteria=${criteria}&sort=severity`), { archived: true, criterion: { type: { equals: ["a&b"] } }, sort: "severity", descending: false });
  assert.deepEqual(asked(f("status=archived")), { "service.archived": { equals: ["true"] } });
});

test("what an address asks for and there isn't is left out, and named", () => {
  const f = (address: string) => readShown(new URLSearchParams(address), pathOf);
  for (const sort of ["evil", "-evil", "-"]) assert.deepEqual(f(`sort=${sort}`), f(""), sort);
  assert.equal(f("sort=-SEVERITY").sort, "severity");
  const criteria = (value: unknown) => `criteria=${encodeURIComponent(JSON.stringify(value))}`;
  const shown = f(criteria({ Type: { equals: ["a"] }, evil: { equals: ["b"] }, type: { equals: ["c"] } }));
  assert.deepEqual(shown.criterion, { type: { equals: ["a"] } });
  assert.deepEqual(shown.unknown, ["evil", "type"]);
});
