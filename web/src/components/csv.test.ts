import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCsv, toCsv } from "./csv.ts";

test("CSV is read as spreadsheets write it", () => {
  const f = (text: string, ...want: [number, ...string[]][]) =>
    assert.deepEqual(parseCsv(text), want.map(([line, ...fields]) => ({ line, fields })));
  f("a,b\nc,d", [1, "a", "b"], [2, "c", "d"]);
  f("\uFEFFa,b\r\n\r\n c ; d \r\n", [1, "a", "b"], [3, "c", "d"]);
  f('"a,1","b ""2"""\n', [1, "a,1", 'b "2"']);
  f('"two\nlines",x\ny,z', [1, "two\nlines", "x"], [3, "y", "z"]);
  f(",,\n;;\n");
  f("a", [1, "a"]);
  f('it"s,b', [1, 'it"s', "b"]);
});

test("CSV is written so that nothing in it is a formula", () => {
  assert.equal(toCsv([["a", "b,c", 'd"e'], ["=1+1", "-2", "x"]]), "a,\"b,c\",\"d\"\"e\"\r\n'=1+1,'-2,x\r\n");
});
