// What fails halfway, or in one Region of several, tells what was done and what was not, and can be gone on with.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Person } from "./browser.ts";
import { timeout, World } from "./world.ts";

const security = "111122223333";
const shop = "333344445555";
const everything = { Effect: "Allow", Action: "*", Resource: "*" };

const world = new World(async (server) => {
  await server.account(security, "Security", "security@example.com");
  await server.account(shop, "Shop", "shop@example.com");
  for (const id of [security, shop]) await server.cli("account", "enable", id, "--regions", "all");
  await server.cli("member", "add", shop, "shop@example.com", "--account", security, "--regions", "all");
  await server.cli("member", "invite", shop, "--account", security, "--regions", "all");
  await server.cli("invitation", "accept", security, "--account", shop, "--regions", "all");
  await server.policy(security, "here", { ...everything, Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } } });
  await server.user(security, "nora", "here");
  const numbers = { Effect: "Deny", Action: "guardduty:GetFindingsStatistics", Resource: "*" };
  await server.policy(security, "no-numbers", everything, { ...numbers, Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } } });
  await server.user(security, "olga", "no-numbers");
});

// refuses has the server refuse what goes to a path.
async function refuses(person: Person, path: RegExp) {
  person.expects(/status of 400/);
  const body = JSON.stringify({ message: "Broken off." });
  await person.page.route(path, (route) => route.fulfill({ status: 400, contentType: "application/json", body }));
}

test("of rules that are switched together, one that is refused keeps no other from it", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/rules");
  const { page } = anna;
  const [first, second] = [anna.row("AMIExternalAccess"), anna.row("EC2UserDataModified")];
  for (const row of [first, second]) await row.getByRole("checkbox").click();
  assert.equal(await anna.call("POST", "custom-detection-rule/association", { ruleId: "ami-external-access", mode: "DRY_RUN" }), 200); // by somebody else
  const live = async () => {
    await anna.press("Set mode");
    await page.getByRole("menuitem", { name: "Live" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Switch live" }).click();
  };
  anna.expects(/status of 409/);
  await live();
  await anna.sees("1 rule is live now.");
  await anna.sees("1 rule could not be switched");
  await anna.sees(/^Rule ami-external-access has association/);
  await anna.accessible("one could not be switched");
  await first.getByText("Dry run").waitFor();
  await second.getByText("Live").waitFor();
  await live();
  await first.getByText("Live").waitFor();
  await anna.quiet();
});

test("a suppression rule is made though what matches now can't be archived", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/findings");
  const { page } = anna;
  await anna.press("Generate sample findings");
  await page.getByLabel("Filter findings").fill("Finding type = Trojan:EC2/DNSDataExfiltration");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr a").length === 1);
  await anna.press("More about the filter");
  await page.getByRole("menuitem", { name: "Create suppression rule" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("tunnels");
  await page.getByRole("checkbox", { name: /matches now as well/ }).check();
  await refuses(anna, /\/findings\/archive$/);
  await anna.press("Create");
  await anna.sees("The suppression rule tunnels is created.");
  await anna.sees(/^The rule is there, but not all findings that match are archived/);
  await anna.sees("Broken off.");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await anna.quiet();
});

test("a Region where one may nothing says so, and the others are there", { timeout }, async () => {
  const nora = await world.signedIn({ account: security, user: "nora" }, "us-east-1/accounts");
  const { page } = nora;
  nora.expects(/status of 403/);
  await nora.row(shop).getByRole("checkbox").click();
  await nora.press("Actions");
  await page.getByRole("menuitem", { name: "Suspend GuardDuty" }).click();
  const elsewhere = page.getByLabel(/^eu-west-1: User: .* is not authorized to perform: guardduty:ListMembers/);
  await elsewhere.waitFor();
  assert.ok(await elsewhere.isDisabled());
  await nora.accessible("a Region that is refused");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();

  await nora.open("us-east-1/summary?regions=all");
  await nora.sees("A Region could not be asked, so nothing here is about it");
  await nora.sees(/^eu-west-1: User: .* is not authorized to perform: guardduty:ListDetectors/);
  await nora.seesHeading("Overview");
  await nora.accessible("a summary without a Region");
  await nora.quiet();
});

test("accounts that could not be read again stay, and it is said", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/accounts");
  const { page } = anna;
  const members = /\/regions\/us-east-1\/members\?/;
  await anna.row(shop).waitFor();
  await refuses(anna, members);
  await world.server.cli("member", "add", "444455556666", "late@example.com", "--account", security, "--regions", "us-east-1");
  await anna.sees("Broken off.");
  await anna.row(shop).waitFor();
  await anna.accessible("accounts not read again");
  await page.unroute(members);
  await anna.press("Try again");
  await anna.row("444455556666").waitFor();
  await page.getByText("Broken off.").waitFor({ state: "detached" });
  await anna.quiet();
});

test("numbers that one Region refuses are without it, and the others are there", { timeout }, async () => {
  const olga = await world.signedIn({ account: security, user: "olga" }, "us-east-1/summary?regions=all");
  const { page } = olga;
  olga.expects(/status of 403/);
  await page.getByRole("group", { name: "Findings", exact: true }).getByText(/^[0-9,]+$/).first().waitFor();
  await page.getByRole("button", { name: "Without eu-west-1" }).first().click();
  await olga.sees(/^eu-west-1: User: .* is not authorized to perform: guardduty:GetFindingsStatistics/);
  await olga.accessible("numbers without a Region");
  assert.equal(await page.getByRole("heading", { name: "You aren't allowed to do this" }).count(), 0);
  await olga.quiet();
});

test("an account that is disassociated and then not deleted is told as both", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/accounts");
  const { page } = anna;
  await anna.row(shop).getByRole("checkbox").click();
  await anna.press("Actions");
  await page.getByRole("menuitem", { name: "Delete account" }).click();
  await refuses(anna, /\/member\/delete$/);
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await anna.sees(`${shop}: disassociated, not deleted: Broken off.`);
  await anna.row(shop).getByText("Removed", { exact: true }).waitFor();
  await anna.quiet();
});
