import assert from "node:assert/strict";
import { test } from "node:test";
import { check, credentials } from "./steps.ts";

test("what is missing is named before anything is sent", () => {
  assert.deepEqual(Object.keys(check({ kind: "user", account: " ", user: "anna" }, "who")), ["account", "password"]);
  assert.deepEqual(Object.keys(check({ kind: "root", password: "x" }, "who")), ["email"]);
  assert.deepEqual(check({ kind: "user", account: "a", user: "b", password: "c" }, "who"), {});
  assert.deepEqual(Object.keys(check({ kind: "user", code: "12345" }, "code")), ["code"]);
  assert.deepEqual(check({ kind: "user", code: "123 456" }, "code"), {});
});

test("a new password is long enough and entered twice alike", () => {
  assert.deepEqual(Object.keys(check({ kind: "user", newPassword: "éééééééééé" }, "newPassword")), ["newPassword"]);
  assert.deepEqual(Object.keys(check({ kind: "user", newPassword: "correct horse", repeat: "correct house" }, "newPassword")), ["repeat"]);
  assert.deepEqual(check({ kind: "user", newPassword: "correct horse", repeat: "correct horse" }, "newPassword"), {});
});

test("root signs in by e-mail, a user by account and name", () => {
  const entered = { account: "111122223333", user: "anna", email: "root@example.com", password: " p ", code: "123 456" };
  const sent = (kind: "user" | "root") => JSON.parse(JSON.stringify(credentials({ kind, ...entered })));
  assert.deepEqual(sent("user"), { account: "111122223333", user: "anna", password: " p ", code: "123456" });
  assert.deepEqual(sent("root"), { account: "111122223333", email: "root@example.com", password: " p ", code: "123456" });
});
