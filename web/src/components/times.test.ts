import assert from "node:assert/strict";
import { test } from "node:test";
import { timesIn } from "./times.ts";

test("times of the server are found between its words", () => {
  assert.deepEqual(timesIn("sent at 2026-11-27 07:56:42 UTC or soon after"), [
    { text: "sent at " },
    { text: "2026-11-27 07:56:42 UTC", at: Date.UTC(2026, 10, 27, 7, 56, 42) },
    { text: " or soon after" },
  ]);
  assert.deepEqual(timesIn("refused by the server"), [{ text: "refused by the server" }]);
  assert.deepEqual(timesIn("in UTC"), [{ text: "in UTC" }]);
  assert.deepEqual(timesIn(""), []);
});
