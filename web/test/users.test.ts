// Users, keys and the audit log: what is shown once, what will happen is said before, and who may not sees no button.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { Look, Person } from "./browser.ts";
import { timeout, World } from "./world.ts";

const account = "111122223333";

const world = new World(async (server) => {
  await server.account(account, "Security", "security@example.com");
  await server.user(account, "rita", "AmazonGuardDutyReadOnlyAccess");
});

const root = (path: string, look?: Look) => world.signedIn("security@example.com", path, look);

// choose does something with a row's menu.
async function choose({ page }: Person, of: string, action: string) {
  await page.getByRole("button", { name: `Actions for ${of}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

test("a user is created, signs in with the password that is shown once, and is deleted", { timeout }, async () => {
  const anna = await root("us-east-1/users");
  const { page } = anna;
  await anna.row("rita").waitFor();
  await anna.accessible("users");

  await anna.press("Create user");
  await page.getByRole("textbox", { name: "Name" }).fill("two words");
  await anna.sees(/Write 1 to 64 letters/);
  await page.getByRole("textbox", { name: "Name" }).fill("erin");
  await anna.accessible("create user");
  await anna.press("Create");
  await anna.seesHeading("The new password of erin");
  await anna.accessible("a password");
  const password = await page.getByRole("dialog").getByText(/^[\w-]{20}$/).innerText();
  await anna.press("Done");

  const erin = await world.person();
  await erin.signIn({ account, user: "erin", password: password.trim() });
  erin.expects(/status of 401/);
  await erin.sees("Choose a new password");
  await erin.quiet();

  await choose(anna, "erin", "Change policies");
  await page.getByRole("button", { name: /Policies/ }).last().click();
  await page.getByRole("option", { name: /AmazonGuardDutyReadOnlyAccess/ }).click();
  await page.keyboard.press("Escape");
  await anna.sees(/It may then do what AmazonGuardDutyReadOnlyAccess allows/);
  await anna.press("Save");
  await anna.row("erin").getByText("AmazonGuardDutyReadOnlyAccess").waitFor();

  await choose(anna, "erin", "Delete");
  await anna.sees(/Its password stops working at once/);
  await anna.accessible("delete user");
  await anna.press("Delete");
  await anna.row("erin").waitFor({ state: "detached" });
  await anna.quiet();
});

test("what can't be read again is said above what was read", { timeout }, async () => {
  const anna = await root("us-east-1/users");
  await anna.row("rita").waitFor();
  anna.expects(/status of 500/);
  await anna.page.route(/\/api\/users$/, (route) => route.fulfill({ status: 500, json: { code: "InternalError", message: "its log says why" } }));
  await anna.press("Read again: Users");
  await anna.sees("its log says why");
  await anna.row("rita").waitFor();
  await anna.quiet();
});

test("a role is created, trusted to another account, given policies, and deleted", { timeout }, async () => {
  const anna = await root("us-east-1/users");
  const { page } = anna;
  await page.getByRole("tab", { name: "Roles" }).click();
  await page.waitForURL(/tab=roles/);
  await anna.sees("No roles yet");
  await anna.accessible("no roles");
  await anna.press("Create role");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill("auditor");
  const trust = dialog.getByRole("textbox", { name: "Trust policy" });
  await trust.fill("{");
  await anna.sees(/This is no JSON/);
  const principal = "arn:aws:iam::444455556666:root";
  await trust.fill(JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: principal }, Action: "sts:AssumeRole" }] }));
  await dialog.getByRole("button", { name: /^Policies/ }).click();
  await page.getByRole("option", { name: /AmazonGuardDutyReadOnlyAccess/ }).click();
  await page.keyboard.press("Escape");
  await anna.accessible("create role");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await anna.sees("Role auditor is created.");
  await anna.row("auditor").getByText(/444455556666/).waitFor();
  await anna.row("auditor").getByText("AmazonGuardDutyReadOnlyAccess").waitFor();
  await anna.accessible("roles");

  await choose(anna, "auditor", "Delete");
  await anna.sees(/Nobody can assume it any more/);
  await dialog.getByRole("button", { name: "Delete" }).click();
  await anna.row("auditor").waitFor({ state: "detached" });
  await anna.quiet();
});

test("an access key is downloaded once, deactivated and deleted", { timeout }, async () => {
  const anna = await root("us-east-1/users?tab=keys");
  const { page } = anna;
  await anna.row("root").waitFor(); // of the account's first key
  await anna.accessible("keys");
  await anna.press("Create access key");
  await page.getByRole("dialog").getByRole("button", { name: /^User/ }).click();
  await page.getByRole("option", { name: "rita" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Create", exact: true }).click();
  await anna.seesHeading("The access key is created");
  await anna.accessible("a key");
  const [saved] = await Promise.all([page.waitForEvent("download"), anna.press("Download credentials file")]);
  assert.equal(saved.suggestedFilename(), `${account}-rita.credentials`);
  assert.match(await readFile(await saved.path(), "utf8"), /^\[rita\]\naws_access_key_id = AKIA\w{16}\naws_secret_access_key = \S{40}\nregion = us-east-1\n/);
  await anna.press("Done");
  await anna.row("rita").getByText("Active").waitFor();

  const id = (await anna.row("rita").getByText(/^AKIA/).innerText()).trim();
  await choose(anna, id, "Deactivate");
  await anna.sees(/It can be activated again/);
  await page.getByRole("dialog").getByRole("button", { name: "Deactivate" }).click();
  await anna.row(id).getByText("Inactive").waitFor();
  await choose(anna, id, "Delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await anna.row(id).waitFor({ state: "detached" });
  await anna.quiet();
});

test("a policy is written, refused if it is none, and kept while somebody has it", { timeout }, async () => {
  const anna = await root("us-east-1/users?tab=policies");
  const { page } = anna;
  await anna.row("AmazonGuardDutyFullAccess").waitFor();
  await anna.accessible("policies");
  await anna.press("Create policy");
  await page.getByRole("textbox", { name: "Name" }).fill("lister");
  await page.getByRole("textbox", { name: "Policy document" }).fill("{");
  await anna.sees(/This is no JSON/);
  anna.expects(/status of 400/);
  await page.getByRole("textbox", { name: "Policy document" }).fill('{"Statement": "x"}');
  await anna.press("Create");
  await anna.sees("The request was refused");
  await page.getByRole("textbox", { name: "Policy document" }).fill('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"guardduty:List*","Resource":"*"}]}');
  await anna.press("Create");
  await anna.row("lister").waitFor();
  await choose(anna, "lister", "Delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await anna.row("lister").waitFor({ state: "detached" });
  await anna.quiet();
});

test("on a phone users are sorted by any column, both ways", { timeout }, async () => {
  await world.server.user(account, "abe");
  const anna = await root("us-east-1/users", { width: 390 });
  const { page } = anna;
  const first = (name: string) => page.locator("tbody").first().locator("tr").first().filter({ hasText: new RegExp(`^${name}`) }).waitFor();
  await first("abe");
  await page.getByRole("button", { name: /^Sort by/ }).first().click();
  await page.getByRole("option", { name: "Created" }).click();
  await first("rita");
  await page.getByRole("button", { name: "Sort descending" }).first().click();
  await first("abe");
  await anna.accessible("users on a phone");
  await anna.quiet();
});

test("the audit log tells what was done and by whom, hostile names too", { timeout }, async () => {
  const hostile = "<img src=x onerror=window.hacked=1>";
  const anna = await root("us-east-1/users", { width: 390, dark: true });
  const { page } = anna;
  await anna.row("rita").waitFor();
  anna.expects(/status of 40[04]/);
  // What a browser's pages never send.
  const status = await page.evaluate(async (name) => {
    const { csrf } = (await (await fetch("/console/api/session")).json()) as { csrf: string };
    const sent = { method: "POST", headers: { "X-Picket-Csrf": csrf, "Content-Type": "application/json" }, body: JSON.stringify({ name }) };
    return (await fetch("/console/api/users", sent)).status;
  }, hostile);
  assert.equal(status, 400);

  await anna.open("us-east-1/audit");
  const row = anna.row(`Create user ${hostile}`).filter({ hasText: "Invalid" });
  await row.waitFor();
  await row.getByRole("button").click();
  assert.equal(await row.getByRole("button").getAttribute("aria-current"), "true");
  await anna.sees(new RegExp("<img src=x onerror=window.hacked=1>"));
  assert.equal(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked), undefined);
  await anna.quiet();

  const wide = await root("us-east-1/audit");
  await wide.row("ConsoleLogin").first().waitFor();
  await wide.accessible("audit");
  await wide.page.getByLabel("Filter events").fill("no such event");
  await wide.page.keyboard.press("Enter");
  await wide.sees("No event matches");
  await wide.press("Clear the filter");
  const [saved] = await Promise.all([wide.page.waitForEvent("download"), wide.press("Download")]);
  const events = (await readFile(await saved.path(), "utf8")).trim().split("\n");
  assert.ok(events.every((line) => typeof (JSON.parse(line) as { eventName?: unknown }).eventName === "string"));
  await wide.quiet();
});

test("who may only read sees neither users nor the audit log, and is told why", { timeout }, async () => {
  const rita = await world.signedIn({ account, user: "rita" }, "us-east-1/users");
  rita.expects(/status of 403/);
  await rita.sees("You aren't allowed to do this");
  const navigation = rita.page.getByRole("navigation", { name: "Side navigation" });
  await navigation.getByRole("link", { name: "Accounts" }).waitFor();
  assert.equal(await navigation.getByRole("link", { name: /Users and keys|Audit/ }).count(), 0);
  assert.equal(await rita.page.getByRole("button", { name: "Create user" }).count(), 0);
  await rita.quiet();
});
