import assert from "node:assert/strict";
import { test } from "node:test";
import type { Member, Status } from "../../api/members.ts";
import { type Action, affectedIn, plan } from "./plan.ts";

const all: Status[] = ["", "Created", "Invited", "Enabled", "Disabled", "Removed", "Resigned"];
const members = all.map((status, i) => ({ accountId: String(i), status }) as Member);
const every = new Set(members.map((m) => m.accountId));
const everything = () => true;

test("an action is done to whom it applies, and the others are told why not", () => {
  const f = (action: Action, ...want: Status[]) => {
    const { affected, skipped } = plan(action, members, every, everything);
    assert.deepEqual(affected.map((m) => m.status), want, action);
    assert.equal(skipped.length, all.length - want.length, action);
    assert.ok(skipped.every((s) => s.why), action);
  };
  f("invite", "Created", "Removed", "Resigned");
  f("add", "");
  f("resend", "Invited");
  f("suspend", "Enabled");
  f("resume", "Disabled");
  f("disassociate", "Invited", "Enabled", "Disabled");
  f("delete", "Created", "Invited", "Enabled", "Disabled", "Removed", "Resigned");
});

test("who was removed of an organization's members is added again, not invited", () => {
  const gone = [{ accountId: "1", status: "Removed", mode: "organization" } as Member];
  const f = (action: Action) => plan(action, gone, every, everything).affected.length;
  assert.deepEqual([f("add"), f("invite"), f("delete")], [1, 0, 1]);
});

test("who shares findings is disassociated before it is deleted, and only who is chosen is touched", () => {
  assert.deepEqual(plan("delete", members, every, everything).first.map((m) => m.status), ["Enabled", "Disabled"]);
  assert.deepEqual(plan("suspend", members, new Set(["0"]), everything).affected, []);
});

test("who may not disassociate can't delete who shares findings", () => {
  const f = (without: string, ...want: Status[]) => {
    const { affected, first } = plan("delete", members, every, (action) => action !== without);
    assert.deepEqual(affected.map((m) => m.status), want, without);
    assert.deepEqual(first, [], without);
  };
  f("guardduty:DisassociateMembers", "Created", "Invited", "Removed", "Resigned");
  f("guardduty:DeleteMembers");
});

test("features are switched of the organization's members alone, and on where the service isn't suspended", () => {
  const all = ([["Enabled", "organization"], ["Disabled", "organization"], ["Enabled", "autonomous"], ["", "organization"]] as const).map(
    ([status, mode], i) => ({ accountId: String(i), status, mode }) as Member,
  );
  const f = (action: Action, ...want: string[]) => {
    const { affected, skipped } = plan(action, all, every, everything);
    assert.deepEqual(affected.map((m) => m.accountId), want, action);
    assert.match(skipped.find((s) => s.member.accountId === "2")?.why ?? "", /was invited/);
  };
  f("switchOn", "0");
  f("switchOff", "0", "1");
});

test("an account in two regions is one", () => {
  const [first, second, third] = members as [Member, Member, Member];
  const there: Record<string, Member[]> = { a: [first, second], b: [second, third] };
  const f = (...regions: string[]) => affectedIn(regions, (r) => there[r] ?? []).map((x) => [x.member.accountId, ...x.regions]);
  assert.deepEqual(f("a", "b", "c"), [["0", "a"], ["1", "a", "b"], ["2", "b"]]);
  assert.deepEqual(f("c"), []);
});
