import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAccounts } from "./accountIds.ts";

test("account IDs are read however they are listed, and what is none is told", () => {
  assert.deepEqual(parseAccounts(" 111122223333,222233334444;\n111122223333 "), { ids: ["111122223333", "222233334444"], bad: undefined });
  assert.deepEqual(parseAccounts(""), { ids: [], bad: undefined });
  assert.equal(parseAccounts("111122223333 12345").bad, "12345");
});
