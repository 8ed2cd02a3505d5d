import assert from "node:assert/strict";
import { test } from "node:test";
import type { List } from "../../api/lists.ts";
import { actions, applies, mayDo } from "./actions.ts";

const list = (status: string): List => ({ id: "1", kind: "trustedIps", name: "n", location: "s3://b/k", status, entries: 0, hits: 0 });

test("what applies follows the status", () => {
  const f = (status: string, ...want: string[]) => assert.deepEqual(actions.filter((a) => applies(a, list(status))), want, status);
  f("INACTIVE", "activate", "preview", "edit", "delete");
  f("ACTIVE", "reactivate", "deactivate", "preview", "edit", "delete");
  f("ACTIVATING", "deactivate", "preview", "edit", "delete");
  f("ERROR", "reactivate", "deactivate", "preview", "edit", "delete");
  f("DEACTIVATING", "preview", "edit", "delete");
  f("DELETE_PENDING");
});

test("an action is offered to who may do it with lists of this kind", () => {
  const may = (...allowed: string[]) => (action: string) => allowed.includes(action);
  assert.ok(mayDo("activate", list("INACTIVE"), may("guardduty:UpdateIPSet")));
  assert.ok(!mayDo("delete", list("INACTIVE"), may("guardduty:DeleteThreatIntelSet")));
  assert.ok(mayDo("preview", list("INACTIVE"), may("guardduty:GetIPSet", "guardduty:ListFindings")));
  assert.ok(!mayDo("preview", list("INACTIVE"), may("guardduty:GetIPSet")));
});
