import assert from "node:assert/strict";
import { test } from "node:test";
import type { Member, Status } from "../../api/members.ts";
import { checkAccountId, checkEmail, inAll, type Known, listedOf, readAccounts, whereMissing } from "./staging.ts";

const known: Known = { own: "111122223333", members: new Set(["222233334444"]), staged: new Set(["333344445555"]) };

test("an account ID is 12 digits, new, and of another account", () => {
  const f = (id: string, wrong: RegExp | undefined) => {
    const got = checkAccountId(id, known);
    if (wrong) assert.match(got ?? "", wrong);
    else assert.equal(got, undefined);
  };
  f("444455556666", undefined);
  f("", /Enter/);
  f("12345678901", /leading zero/);
  f("1234", /12 digits/);
  f("44445555666a", /12 digits/);
  f("111122223333", /your own/);
  f("222233334444", /already/);
  f("333344445555", /twice/);
});

test("an address has the form that the API asks for", () => {
  for (const good of ["a@b.io1", "owner+guardduty@example.com", "x".repeat(52) + "@example.com"]) assert.equal(checkEmail(good), undefined, good);
  for (const bad of ["", "a@b.c", "owner", "a b@example.com", ".a@example.com", "a@b@example.com", "a@example", "a@-example.com", "a@example.com-", "ü@example.com", "a'b@example.com", "x".repeat(60) + "@example.com"])
    assert.notEqual(checkEmail(bad), undefined, bad);
});

test("a file's good rows are kept and each bad one is named by its line", () => {
  const text = "Account ID,Email\r\n444455556666,a@example.com\r\n12345678901,b@example.com\r\n\r\n444455556666,c@example.com\r\n555566667777;d@example.com\r\n666677778888,nobody\r\n777788889999,e@example.com,x\r\n";
  const { rows, errors, header } = readAccounts(text, known);
  assert.equal(header, true);
  assert.deepEqual(rows, [
    { accountId: "444455556666", email: "a@example.com" },
    { accountId: "555566667777", email: "d@example.com" },
  ]);
  assert.deepEqual(errors.map((e) => e.line), [3, 5, 7, 8]);
});

test("a file without a header is read from its first line, and a header that isn't one is a mistake", () => {
  const bare = readAccounts("444455556666,a@example.com", known);
  assert.deepEqual([bare.header, bare.rows.length, bare.errors.length], [false, 1, 0]);
  const strange = readAccounts("Name,Email\n444455556666,a@example.com", known);
  assert.deepEqual([strange.header, strange.rows.length, strange.errors.map((e) => e.line)], [false, 1, [1]]);
});

test("an account is known where it is in the list of every chosen region", () => {
  const member = (accountId: string, status: Status) => ({ accountId, status }) as Member;
  const listed = listedOf(
    new Map([
      ["a", [member("1", "Enabled"), member("2", "Created"), member("3", "Removed")]],
      ["b", [member("1", "Resigned"), member("3", "Invited")]],
    ]),
    "",
  );
  const f = (regions: string[], all: string[], missing: string[]) => {
    assert.deepEqual([...inAll(listed, regions)], all, regions.join());
    assert.deepEqual(whereMissing("2", listed, regions), missing, regions.join());
  };
  f(["a"], ["1", "2"], []);
  f(["b"], ["1", "3"], ["b"]);
  f(["a", "b"], ["1"], ["b"]);
  f([], [], []);
  f(["unread"], [], ["unread"]);
});

test("an organization's administrator adds again who doesn't share findings", () => {
  const all: Status[] = ["Created", "Invited", "Enabled", "Disabled", "Removed", "Resigned"];
  const f = (administered: string, ...want: Status[]) => {
    const listed = listedOf(new Map([["a", all.map((status) => ({ accountId: status, status }) as Member)]]), administered);
    assert.deepEqual([...(listed.get("a") ?? [])], want);
  };
  f("a", "Enabled", "Disabled");
  f("b", "Created", "Invited", "Enabled", "Disabled", "Resigned");
});
