// The table of findings: what of it is seen at which width, what it can be asked for, and what its actions need.

import assert from "node:assert/strict";
import { test } from "node:test";
import { timeout, World } from "./world.ts";

const account = "111122223333";

const world = new World(async (server) => {
  await server.account(account, "Security", "security@example.com");
  await server.cli("account", "enable", account);
  await server.cli("member", "add", "444455556666", "media@example.com", "--account", account);
});

const security = (look?: { width?: number }, query = "") => world.signedIn("security@example.com", `us-east-1/findings${query}`, look);
const portscan = `?criteria=${encodeURIComponent('{"type":{"equals":["Recon:EC2/Portscan"]}}')}`;

test("all columns are seen beside the navigation, and on a phone below the title", { timeout }, async () => {
  const anna = await security({ width: 1280 });
  await anna.page.getByRole("button", { name: /^Accounts/ }).waitFor(); // also before there are findings of members
  await anna.press("Generate sample findings");
  await anna.page.locator("tbody tr a").first().waitFor();
  const last = await anna.page.getByRole("columnheader", { name: "Count" }).first().boundingBox();
  assert.ok(last && last.x + last.width <= 1280, `the last column is at ${last?.x}, ${last?.width} wide`);
  await anna.quiet();

  const pia = await security({ width: 375 });
  const row = pia.page.locator("tbody tr").filter({ has: pia.page.locator("a") }).first();
  for (const name of ["Severity", "Resource", "Last seen", "Account ID", "Count"]) await row.getByText(name, { exact: true }).waitFor();
  assert.ok(await row.evaluate((e) => e.scrollWidth <= innerWidth), "the row is wider than the phone");

  // It is sorted by each of them, both ways.
  await pia.press(/^Sort by/);
  await pia.page.getByRole("option", { name: "Account ID" }).waitFor();
  await pia.page.getByRole("option", { name: "Severity" }).click();
  await pia.page.waitForURL(/sort=-severity/);
  await row.getByText("Critical").waitFor();
  await pia.press("Sort ascending");
  await pia.page.waitForURL(/sort=severity/);
  await row.getByText("Low").waitFor();

  // Columns that are not wanted are not below it either.
  await pia.press("Preferences");
  await pia.page.getByRole("dialog").getByText("Count", { exact: true }).click();
  await pia.press("Confirm");
  await row.getByText("Count", { exact: true }).waitFor({ state: "detached" });
  await pia.accessible("a folded table");
  await pia.quiet();
});

test("the row of the finding that is open is marked", { timeout }, async () => {
  const anna = await security();
  const links = anna.page.locator("tbody tr a");
  const title = await links.nth(1).innerText();
  await links.nth(1).click();
  await anna.sees("Resource affected");
  await anna.page.getByRole("heading", { name: title, exact: true }).waitFor(); // as it is, so that it can be copied
  assert.deepEqual(await anna.page.locator("tbody tr a[aria-current=true]").allInnerTexts(), [title]);
  await anna.press("Close panel");
  await anna.page.locator("tbody tr a[aria-current=true]").waitFor({ state: "detached" });
  await anna.quiet();
});

test("attack sequences are asked for by their threat type", { timeout }, async () => {
  const anna = await security();
  const { page } = anna;
  await page.getByRole("button", { name: /^Threat type/ }).click();
  await page.getByRole("option", { name: "Attack sequences" }).click();
  await page.waitForURL(/AttackSequence/);
  await page.waitForFunction(() => {
    const rows = [...document.querySelectorAll("tbody tr")];
    return rows.length > 1 && rows.every((r) => r.textContent?.includes("AttackSequence:"));
  });
  await page.reload();
  await page.getByRole("button", { name: /^Threat type.*Attack sequences/ }).click();
  await page.getByRole("option", { name: "All threat types" }).click();
  await page.waitForURL(/findings$/);
  await anna.open(`us-east-1/findings${portscan}`);
  await page.getByRole("button", { name: /^Threat type.*Some threat types/ }).waitFor();
  await page.getByText("Finding type = Recon:EC2/Portscan", { exact: true }).waitFor(); // without marks that would be copied
  await anna.accessible("threat types");
  await anna.quiet();
});

test("a suppression rule needs a condition and current findings", { timeout }, async () => {
  const anna = await security();
  const { page } = anna;
  const item = page.getByRole("menuitem", { name: /^Create suppression rule/ });
  await anna.press("Actions");
  assert.equal(await item.getAttribute("aria-disabled"), "true");
  await item.hover();
  await anna.sees("Set a condition in the filter first: it says what is archived.");
  await page.keyboard.press("Escape");

  await anna.open(`us-east-1/findings${portscan}`);
  await anna.press("Actions");
  await item.click();
  await anna.sees(/It would have archived 1 of the \d+ current findings/);
  await anna.press("Cancel");
  await page.getByRole("button", { name: "Archived", exact: true }).click();
  await page.waitForURL(/status=archived/);
  await anna.press("Actions");
  assert.equal(await item.getAttribute("aria-disabled"), "true");
  await anna.accessible("the actions");
  await anna.quiet();
});

test("what can't be read again is told above what is there", { timeout }, async () => {
  const anna = await security();
  const rows = anna.page.locator("tbody tr a");
  await rows.first().waitFor();
  anna.expects(/status of 400/);
  const body = JSON.stringify({ message: "Broken off." });
  await anna.page.route(/\/detector\/[0-9a-f]+\/findings$/, (route) => route.fulfill({ status: 400, contentType: "application/json", body }), { times: 1 });
  await anna.press("Read again");
  await anna.sees("Broken off.");
  assert.ok((await rows.count()) > 1);
  await anna.press("Try again");
  await anna.page.getByText("Broken off.").waitFor({ state: "detached" });
  await anna.quiet();
});
