import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesText } from "./amounts.ts";

test("bytes are told in units of a thousand", () => {
  const f = (bytes: number, want: string) => assert.equal(bytesText(bytes), want);
  f(0, "0 B");
  f(999, "999 B");
  f(1000, "1 kB");
  f(1_250_000, "1.3 MB");
  f(999_600, "1 MB");
  f(123_456_789, "123 MB");
  f(5e18, "5,000 PB");
});
