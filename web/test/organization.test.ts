// An organization: its management account appoints an administrator, who decides what members get by themselves.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Person } from "./browser.ts";
import { timeout, World } from "./world.ts";

const management = "111122223333";
const administrator = "222233334444";
const member = "333344445555";
const late = "444455556666";
const again = "555566667777";
const fresh = "666677778888";

const world = new World(async (server) => {
  await server.account(management, "Head", "head@example.com");
  await server.cli("organization", "create", management);
  await server.account(administrator, "Security", "security@example.com", "--organization", management);
  await server.policy(administrator, "updater", { Effect: "Allow", Action: "*", Resource: "*" }, { Effect: "Deny", Action: "guardduty:CreateCustomDetectionRuleOrgConfiguration", Resource: "*" });
  await server.user(administrator, "uma", "updater");
  await server.account(member, "Media", "media@example.com", "--organization", management);
});

const act = async (person: Person, action: string) => {
  await person.press("Actions");
  await person.page.getByRole("menuitem", { name: action }).click();
};

test("an administrator is appointed, enables all accounts, and is dismissed", { timeout }, async () => {
  const hal = await world.signedIn("head@example.com", "us-east-1/settings");
  await hal.sees("None is appointed in this Region.");
  await hal.page.getByRole("textbox", { name: "Account ID" }).fill("1234");
  await hal.press("Delegate");
  await hal.sees("An account ID has 12 digits.");
  await hal.page.getByRole("textbox", { name: "Account ID" }).fill(administrator);
  await hal.press("Delegate");
  await hal.sees(`Account ${administrator} is the delegated administrator now.`);
  await hal.accessible("delegated administrator");

  const anna = await world.signedIn("security@example.com", "us-east-1/settings");
  const { page } = anna;
  await anna.seesHeading("Organization");
  await page.getByText("For all accounts").click();
  await anna.sees(/GuardDuty will be enabled now in every account/);
  await anna.accessible("organization");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await anna.sees("The settings are saved.");
  await anna.link("Accounts");
  await anna.row(member).getByText("Monitored").waitFor();
  const lines = await anna.row(member).getByText("Via Organizations").evaluate((e) => {
    const text = document.createRange();
    text.selectNodeContents(e);
    return text.getClientRects().length;
  });
  assert.ok(lines <= 2, `two words stand in ${lines} lines`);
  const [needs, has] = await anna.page.getByRole("table", { name: "Accounts" }).evaluate((t) => [t.scrollWidth, t.parentElement?.clientWidth ?? 0]);
  assert.ok(needs <= has, `the table needs ${needs} px and has ${has}`);

  // What may not be done is told where it was asked for.
  await anna.link(member);
  await anna.seesHeading("Plans");
  await anna.sees("This account belongs to your organization: it is a member without an invitation.");
  await act(anna, "Delete account");
  await anna.press("Delete");
  await anna.sees("us-east-1: 1 account could not be changed");
  await anna.sees(/auto-enable is set to ALL/);
  await anna.seesHeading(`${member} (Media)`);

  // Who is a member by its organization can't end it, and isn't offered to.
  const mika = await world.signedIn("media@example.com", "us-east-1/accounts");
  await mika.sees(/only the administrator can end that/);
  assert.equal(await mika.page.getByRole("button", { name: /^Leave/ }).count(), 0);
  await mika.link("Invitations");
  await mika.sees(/only the administrator can end that/);
  assert.equal(await mika.page.getByRole("button", { name: /^Leave/ }).count(), 0);
  await mika.page.getByRole("navigation", { name: "Side navigation" }).getByRole("link", { name: "General" }).click();
  await mika.sees("Always on");
  assert.equal(await mika.page.getByRole("button", { name: /^(Suspend|Disable) GuardDuty/ }).count(), 0);
  await mika.link("Custom detection rules");
  await mika.sees(/administrator has live is live for this account too/);
  await mika.quiet();

  await anna.link("Custom detection rules");
  const row = anna.row("AMIExternalAccess");
  await row.getByRole("checkbox").click();
  const set = async (mode: string) => {
    await anna.press("Set for organization");
    await page.getByRole("dialog").getByText(mode, { exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await row.getByText(mode, { exact: true }).first().waitFor();
  };
  await set("Live");
  await anna.press("Set for organization");
  await page.getByText("All but these").click();
  await page.getByRole("dialog").getByRole("textbox").fill("33");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await anna.sees(/“33” is not an account ID/);
  await anna.accessible("a rule of the organization");
  await page.getByRole("dialog").getByRole("textbox").fill(member);
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await anna.sees(/is live for the organization's members now/);
  await set("Dry run");
  await row.getByText("No record matched").waitFor();
  await anna.quiet();

  // To set a rule may be to create what sets it.
  const uma = await world.signedIn({ account: administrator, user: "uma" }, "us-east-1/rules");
  await uma.page.getByRole("button", { name: "Set mode" }).waitFor();
  await uma.page.getByRole("columnheader", { name: "Organization" }).waitFor();
  assert.equal(await uma.page.getByRole("button", { name: "Set for organization" }).count(), 0);
  await uma.quiet();

  await hal.press("Remove");
  await hal.sees(/it sees their findings no longer/);
  await hal.page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await hal.sees("None is appointed in this Region.");
  await hal.quiet();
});

test("accounts of the organization are added without an invitation, and their plans are switched", { timeout }, async () => {
  const { server } = world;
  await server.account(late, "Late", "late@example.com", "--organization", management);
  await server.account(again, "Again", "again@example.com");
  await server.cli("account", "enable", administrator);
  await server.cli("member", "add", again, "again@example.com", "--account", administrator);
  await server.cli("organization", "join", management, again);
  const hal = await world.signedIn("head@example.com", "us-east-1/settings");
  assert.equal(await hal.call("POST", "admin/enable", { adminAccountId: administrator }), 200);
  await hal.quiet();

  // One is added from its row, once it is said what that means.
  const anna = await world.signedIn("security@example.com", "us-east-1/accounts");
  await anna.row(late).getByText("Not a member").waitFor();
  await anna.sees(/Via Organizations \(active\/all\): 0\/\d · By invitation \(active\/all\): 0\/1/);
  assert.equal(await anna.row(administrator).count(), 0, "it is no member of itself");
  await anna.accessible("not a member");
  await anna.page.getByLabel(`Add member ${late}`).click();
  await anna.sees(/the account shares its findings with you at once/);
  await anna.accessible("add a member");
  await anna.page.getByRole("dialog").getByRole("button", { name: "Add", exact: true }).click();
  await anna.sees("1 account added. It shares findings with you from now on.");
  await anna.row(late).getByText("Monitored").waitFor();
  await anna.sees(/Via Organizations \(active\/all\): 1\//);

  // One that waits for an invitation that it doesn't need is added by its ID.
  await anna.link("Add accounts");
  await anna.sees(/Accounts of your organization share their findings at once/);
  await anna.page.getByRole("textbox", { name: "Account ID" }).fill(again);
  await anna.page.getByRole("textbox", { name: "E-mail address" }).fill("again@example.com");
  await anna.press("Add");
  await anna.row(again).waitFor();
  await anna.press("Next");
  await anna.sees(/1 account added in us-east-1. Those of your organization share their findings with you from now on/);
  await anna.row(again).getByText("Monitored").waitFor();

  // What is analysed of it is switched.
  await anna.link(late);
  const plan = anna.page.getByLabel("Analyse S3 data events");
  const before = await plan.isChecked();
  await plan.click();
  await anna.sees(before ? "S3 data events is not analysed any more." : "S3 data events is analysed from now on.");
  await anna.page.getByRole("checkbox", { name: "Analyse S3 data events", checked: !before }).waitFor();
  await anna.accessible("a member's plans");
  await anna.quiet();
});

test("accounts that are no members are enabled all at once, and a feature of many is switched", { timeout }, async () => {
  await world.server.account(fresh, "Fresh", "fresh@example.com", "--organization", management);
  await world.server.cli("account", "enable", management); // it enables its own service
  const anna = await world.signedIn("security@example.com", "us-east-1/accounts");
  const { page } = anna;
  const dialog = page.getByRole("dialog");
  await anna.sees("2 accounts of your organization are not members");
  await anna.accessible("accounts that are no members");
  await anna.press("Enable all");
  await dialog.getByText("This affects 2 accounts.").waitFor();
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  for (const id of [management, fresh]) await anna.row(id).getByText("Monitored").waitFor();
  await page.getByRole("button", { name: "Enable all" }).waitFor({ state: "detached" });

  // The feature has a column, if it is wanted.
  await anna.press("Preferences");
  await dialog.getByLabel("S3 data events").click();
  await dialog.getByRole("button", { name: "Confirm" }).click();
  for (const [action, state] of [["Disable", "Off"], ["Enable", "On"]] as const) {
    for (const id of [fresh, late]) await anna.row(id).getByRole("checkbox").click();
    await act(anna, `${action} S3 data events`);
    await anna.sees("This affects 2 accounts.");
    await anna.accessible(`${action} a feature`);
    await dialog.getByRole("button", { name: action }).click();
    for (const id of [fresh, late]) await anna.row(id).getByText(state, { exact: true }).waitFor();
  }
  await anna.quiet();
});
