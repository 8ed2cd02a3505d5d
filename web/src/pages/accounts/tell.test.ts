import assert from "node:assert/strict";
import { test } from "node:test";
import { flashes } from "../../api/flash.ts";
import { texts } from "../../texts/accounts.ts";
import { tell } from "./tell.ts";

const told = () => {
  const all = flashes.get().map((f) => [f.type, f.header, f.text]);
  flashes.set([]);
  return all;
};
const failed = { ids: ["1", "2"], error: new Error("The service is off.") };

test("what was done is told with its regions, beside what was not", () => {
  tell([{ region: "a", done: ["1"], refused: [{ accountId: "2", reason: "no" }] }, { region: "b", done: [], refused: [], failed }], "a", texts.done.suspend);
  assert.deepEqual(told(), [
    ["success", undefined, "1 account suspended."],
    ["warning", "b: 2 accounts could not be changed", "The service is off."],
    ["warning", "a: 1 account could not be changed", "2: no"],
  ]);
  tell([{ region: "a", done: ["1"], refused: [] }, { region: "b", done: ["1"], refused: [] }], "a", texts.done.invite);
  assert.deepEqual(told(), [["success", undefined, "1 account invited in a and b. It shares findings with you once the invitation is accepted."]]);
});

test("what fails everywhere is thrown", () => {
  assert.throws(() => tell([{ region: "a", done: [], refused: [], failed }], "a", texts.done.suspend), /service is off/);
  assert.deepEqual(told(), []);
});
