import assert from "node:assert/strict";
import { test } from "node:test";
import { lines, rowOf } from "./read.ts";

const row = (event: Record<string, unknown>) => rowOf({ seq: 1, time: 1000, event });

test("an event says who did what and how it went", () => {
  const f = (event: Record<string, unknown>, what: string, who: string, outcome: string) => {
    const got = row(event);
    assert.deepEqual([got.event, got.who, got.outcome], [what, who, outcome]);
  };
  f({ eventName: "CreateFilter", userIdentity: { type: "IAMUser", userName: "dana" } }, "CreateFilter", "dana", "Done");
  f({ eventName: "ConsoleLogin", errorCode: "SignInRefused", userIdentity: { type: "Root" } }, "ConsoleLogin", "root", "SignInRefused");
  f(
    { eventName: "A", userIdentity: { type: "AssumedRole", arn: "arn:aws:sts::111122223333:assumed-role/Ops/s:1" } },
    "A",
    "Ops/s:1",
    "Done",
  );
  f({ eventName: "source/add", userIdentity: { type: "AWSService", invokedBy: "operator.picket" } }, "source/add", "operator of the server", "Done");
  f({ userIdentity: "<b>" }, "unknown", "unknown", "Done");
  f({ eventName: 7, errorCode: {}, userIdentity: { type: "AWSAccount", accountId: "444455556666" } }, "unknown", "444455556666", "Done");
});

test("a call of the console is named by what it was about", () => {
  const event = { eventSource: "console.picket", eventName: "DELETE users/{name}", requestParameters: { path: "/console/api/users/erin" } };
  assert.equal(row(event).event, "DELETE users/erin");
  assert.equal(row({ ...event, requestParameters: null }).event, "DELETE users/{name}");
  assert.equal(row({ ...event, eventSource: "guardduty.amazonaws.com" }).event, "DELETE users/{name}");
});

test("events are written one a line", () => {
  assert.equal(lines([row({ a: "x\ny" }), row({ b: 1 })]), '{"a":"x\\ny"}\n{"b":1}\n');
});
