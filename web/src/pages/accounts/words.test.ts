import assert from "node:assert/strict";
import { test } from "node:test";
import type { Mail, Member, Status } from "../../api/members.ts";
import { doer, lastChange, mailLabel, mailOf, whyStatus } from "./words.ts";

test("a status has the reason that made it, whatever was done since", () => {
  const f = (steps: [Status, string][], why: string, last: string) => {
    const m = { history: steps.map(([status, reason]) => ({ status, reason })) } as Member;
    assert.deepEqual([whyStatus(m), lastChange(m)], [why, last]);
  };
  f([["Created", "added"], ["Invited", "invited"], ["Invited", "mailed again"], ["Invited", "address changed"]], "invited", "address changed");
  f([["Created", "added"], ["Invited", "invited"]], "invited", "invited");
  f([["Enabled", "enrolled"]], "enrolled", "enrolled");
  f([], "", "");
  assert.equal(whyStatus({ history: null } as Member), "");
});

test("who did something is told with the account, and whoever runs the server as such", () => {
  const f = (arn: string, want: string) => assert.equal(doer(arn), want);
  f("arn:aws:iam::111122223333:user/rita", "rita (111122223333)");
  f("arn:aws:iam::111122223333:root", "root (111122223333)");
  f("arn:aws:sts::111122223333:assumed-role/auditor/rita", "auditor/rita (111122223333)");
  f("arn:aws:iam::111122223333:picket/operator", "The server's operator");
  f("somebody", "somebody");
  f("", "");
});

test("no mail waits to be sent once the invitation was answered", () => {
  const f = (status: Status, state: Mail["state"] | undefined, shown: boolean, label: string) => {
    const m = { status, invitation: state === undefined ? undefined : { mail: { state } } } as Member;
    assert.deepEqual([mailOf(m) !== undefined, mailLabel(m)], [shown, label], `${status} ${state}`);
  };
  f("Invited", "queued", true, "Waiting to be sent");
  for (const status of ["Enabled", "Resigned", "Removed"] as const) f(status, "queued", false, "");
  f("Enabled", "sent", true, "Sent");
  f("Created", undefined, false, "");
});
