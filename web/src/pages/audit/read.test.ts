import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { texts } from "../../texts/audit.ts";
import { lines, rowOf } from "./read.ts";

// sourceOf is a package of the server, as it is written.
function sourceOf(name: string): string {
  const server = new URL(`../../../../${name}/`, import.meta.url);
  const files = readdirSync(server).filter((f) => f.endsWith(".go") && !f.endsWith("_test.go"));
  return files.map((f) => readFileSync(new URL(f, server), "utf8")).join("\n");
}

const row = (event: Record<string, unknown>) => rowOf({ seq: 1, time: 1000, event });

test("an event says who did what and how it went", () => {
  const f = (event: Record<string, unknown>, what: string, who: string, outcome: string) => {
    const got = row(event);
    assert.deepEqual([got.event, got.who, got.outcome], [what, who, outcome]);
  };
  f({ eventName: "CreateFilter", userIdentity: { type: "IAMUser", userName: "dana" } }, "CreateFilter", "dana", "Done");
  f({ eventName: "ConsoleLogin", errorCode: "SignInRefused", userIdentity: { type: "Root" } }, "ConsoleLogin", "root", "Sign-in refused");
  f({ eventName: "A", errorCode: "NoSuchEntity", userIdentity: { type: "Root" } }, "A", "root", "NoSuchEntity");
  f(
    { eventName: "A", userIdentity: { type: "AssumedRole", arn: "arn:aws:sts::111122223333:assumed-role/Ops/s:1" } },
    "A",
    "Ops/s:1",
    "Done",
  );
  f({ eventName: "A", sourceIPAddress: "operator.picket", userIdentity: { type: "Root" } }, "A", "operator of the server", "Done");
  f({ eventName: "A", userIdentity: { type: "AWSService", invokedBy: "operator.picket" } }, "A", "operator of the server", "Done");
  f({ userIdentity: "<b>" }, "unknown", "unknown", "Done");
  f({ eventName: 7, errorCode: {}, userIdentity: { type: "AWSAccount", accountId: "444455556666" } }, "unknown", "444455556666", "Done");
});

test("a call of the console is told in words, with what it was about", () => {
  const f = (eventName: string, path: string, body: unknown, what: string) => {
    const got = row({ eventSource: "console.picket", eventName, requestParameters: { path: `/console/api/${path}`, body } });
    assert.deepEqual([got.event, got.call], [what, `${eventName.split(" ")[0]} /console/api/${path}`]);
  };
  f("DELETE users/{name}", "users/erin", null, "Delete user erin");
  f("POST operator/sources/{id}/test", "operator/sources/demo/test", null, "Test source demo");
  f("PUT keys/{id}", "keys/AKIA1", { Active: false }, "Deactivate access key AKIA1");
  f("PUT keys/{id}", "keys/AKIA1", null, "Change access key AKIA1");
  f("POST users", "users", { name: "erin" }, "Create user erin");
  f("POST users", "users", null, "Create a user"); // refused before it was read
  f("POST users", "users", { name: { a: 1 } }, "Create a user");
  f("PUT gone/{id}", "gone/7", null, "PUT gone/7"); // of another release
});

test("a command of the operator is told in words, with what it was about", () => {
  const f = (eventName: string, requestParameters: unknown, what: string) =>
    assert.equal(row({ eventSource: "operator.picket", eventName, requestParameters }).event, what);
  f("account/create", { accountId: "111122223333" }, "Create the account");
  f("password/reset", { accountId: "111122223333" }, "Reset the password of the root");
  f("password/reset", { user: "dana" }, "Reset the password of user dana");
  f("identity/create", { kind: "role", identity: { name: "Ops" } }, "Create role Ops");
  f("identity/create", null, "Create an identity"); // refused before it was read
  f("policy/put", { policy: { name: "look" } }, "Save policy look");
  f("source/pause", { id: "demo", paused: true }, "Pause source demo");
  f("source/pause", { id: "demo", paused: false }, "Resume source demo");
  f("source/gone", { id: "demo" }, "source/gone"); // of another release
  assert.equal(row({ eventSource: "guardduty.amazonaws.com", eventName: "account/create" }).event, "account/create");
});

test("of an event without its request there is what is known", () => {
  const event = { eventSource: "console.picket", eventName: "DELETE gone/{id}", requestParameters: null };
  assert.deepEqual([row(event).event, row(event).call], ["DELETE gone/{id}", ""]);
  assert.equal(row({ ...event, eventSource: "guardduty.amazonaws.com", eventName: "POST users" }).event, "POST users");
});

test("each call of the console that is in the log has its words", () => {
  const routes = [...sourceOf("console").matchAll(/handle\(h, "((?:POST|PUT|DELETE) [^"]*)"(\+path(?:\+"([^"]*)")?)?/g)].flatMap(([, start, each, end = ""]) =>
    each ? ["users", "roles"].map((path) => start + path + end) : [start ?? ""],
  );
  assert.deepEqual(routes.filter((r) => !texts.calls[r]), []);
  assert.deepEqual(Object.keys(texts.calls).filter((c) => !routes.includes(c)), []);
});

test("each command of the operator that is in the log has its words", () => {
  const written = /(?:command(?:About)?\(r, |change\(|auditDestination\(ctx, s, |OperatorEvent\(ctx, in\.Account, )"([^"]*)"/g;
  const commands = [...(sourceOf("operator") + sourceOf("service")).matchAll(written)].flatMap(([, name]) => name ?? []);
  assert.deepEqual([...new Set(commands)].sort(), Object.keys(texts.commands).sort());
});

test("events are written one a line", () => {
  assert.equal(lines([row({ a: "x\ny" }), row({ b: 1 })]), '{"a":"x\\ny"}\n{"b":1}\n');
});
