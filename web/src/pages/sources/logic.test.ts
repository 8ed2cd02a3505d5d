import assert from "node:assert/strict";
import { test } from "node:test";
import { blank, check, duration, type Entered, lagOf, stateOf, throughServer, took, toSource } from "./logic.ts";

const entered = (some: Partial<Entered>): Entered => ({ ...blank, id: "archive", location: "/logs", ...some });

test("what is wrong with a source is named before it is sent", () => {
  const f = (some: Partial<Entered>, ...want: string[]) => assert.deepEqual(Object.keys(check(entered(some), ["old"])), want);
  f({});
  f({ id: "" }, "id");
  f({ id: "Archive" }, "id");
  f({ id: "push" }, "id");
  f({ id: "old" }, "id");
  f({ location: "logs" }, "location");
  f({ account: "12345" }, "account");
  f({ role: "nonsense" }); // of a folder nothing of it is sent
  const bucket = (some: Partial<Entered>) => ({ kind: "bucket" as const, location: "s3://logs/trail", ...some });
  f(bucket({}));
  f(bucket({ location: "s3://" }), "location");
  f(bucket({ location: "/logs" }), "location");
  f(bucket({ endpoint: "host:9000", queue: "javascript:alert(1)" }), "endpoint", "queue");
  f(bucket({ endpoint: "ftp://host/", queue: "https://" }), "endpoint", "queue");
  f(bucket({ endpoint: "http://127.0.0.1:9000", queue: "https://sqs.us-east-1.amazonaws.com/1/q" }));
  f(bucket({ role: "arn:aws:iam::111122223333:role/reader", externalId: "x" }));
  f(bucket({ externalId: "x" }), "externalId");
  f(bucket({ role: "reader" }), "role");
  f({ kind: "push", location: "" });
});

test("only what belongs to a kind is sent", () => {
  const sent = (some: Partial<Entered>) => JSON.parse(JSON.stringify(toSource(entered(some))));
  assert.deepEqual(sent({ role: "x", queue: "y", since: "2026-01-31" }), { id: "archive", location: "/logs" });
  assert.deepEqual(sent({ kind: "push", account: "111122223333" }), { id: "archive", location: "push", accountId: "111122223333" });
  assert.deepEqual(sent({ kind: "bucket", location: "s3://b", region: "eu-west-1", since: "1970-01-02" }), {
    id: "archive",
    location: "s3://b",
    region: "eu-west-1",
    since: 86400,
  });
});

test("how a source is", () => {
  const source = { id: "a", location: "/logs", createdAt: 0, objects: 1, last: 1 };
  assert.equal(stateOf(source), "read");
  for (const silent of [false, true]) assert.equal(stateOf({ ...source, objects: 0, last: undefined, silent }), "none");
  assert.equal(stateOf({ ...source, silent: true }), "silent");
  assert.equal(stateOf({ ...source, silent: true, failed: "no such folder" }), "failed");
  assert.equal(stateOf({ ...source, paused: true, failed: "x" }), "paused");
  assert.equal(stateOf({ ...source, location: "push" }), "pushed");
  assert.equal(lagOf(source, 1000), undefined);
  assert.equal(lagOf({ ...source, through: 900 }, 1000), 100);
  assert.equal(lagOf({ ...source, through: 1100 }, 1000), 0);
});

test("durations are written as people say them", () => {
  assert.deepEqual([1, 119, 120, 7200, 172800].map(duration), ["1 second", "119 seconds", "2 minutes", "2 hours", "2 days"]);
  assert.deepEqual([1000, 5e6, 2.34e9].map(took), ["under\u00a01\u00a0ms", "5\u00a0ms", "2.3\u00a0s"]);
});

test("a test tells how long a record takes only if all went well", () => {
  const step = (nanoseconds: number, failed?: string) => ({ what: "x", nanoseconds, failed });
  assert.equal(throughServer([step(9), step(1), step(2)]), 3);
  assert.equal(throughServer([step(9), step(1, "no")]), undefined);
});
