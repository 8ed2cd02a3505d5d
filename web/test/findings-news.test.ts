// What an open table of findings is told of and what it can't ask for.

import assert from "node:assert/strict";
import { test } from "node:test";
import { timeout, World } from "./world.ts";

const account = "111122223333";

const world = new World(async (server) => {
  await server.account(account, "Security", "security@example.com");
  await server.cli("account", "enable", account);
});

test("what one archives is gone from another's table", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/findings");
  const ben = await world.signedIn("security@example.com", "us-east-1/findings");
  const findings = `detector/${await anna.detector()}/findings`;
  assert.equal(await anna.call("POST", `${findings}/create`, { findingTypes: ["Recon:EC2/Portscan"] }), 200);
  const sample = ben.page.getByRole("link", { name: /^\[SAMPLE\]/ });
  const id = /findings\/(\w+)/.exec((await sample.getAttribute("href")) ?? "")?.[1];
  assert.equal(await anna.call("POST", `${findings}/archive`, { findingIds: [id] }), 200);
  await sample.waitFor({ state: "detached" });
  await anna.quiet();
  await ben.quiet();
});

test("what another does with the finding that is open is seen, and a comment that is being written stays", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/findings");
  const { page } = anna;
  const findings = `detector/${await anna.detector()}/findings`;
  assert.equal(await anna.call("POST", `${findings}/create`, { findingTypes: ["Recon:EC2/Portscan"] }), 200);
  await anna.link(/^\[SAMPLE\]/);
  await anna.press("Useful");
  await anna.press("Add comment");
  await page.getByRole("textbox", { name: "Comment" }).fill("A scan of ours");
  const findingIds = [/findings\/(\w+)/.exec(page.url())?.[1]];
  assert.equal(await anna.call("POST", `${findings}/feedback`, { findingIds, feedback: "NOT_USEFUL" }), 200); // by somebody else
  assert.equal(await anna.call("POST", `${findings}/archive`, { findingIds }), 200);
  await page.locator("button", { hasText: "Unarchive" }).waitFor();
  await page.locator("button[aria-pressed=true]", { hasText: "Not useful" }).waitFor();
  assert.equal(await page.getByRole("textbox", { name: "Comment" }).inputValue(), "A scan of ours");
  await anna.press("Save");
  await page.getByRole("button", { name: "Useful", exact: true, pressed: true }).waitFor();
  await anna.sees("A scan of ours");
  await anna.quiet();
});

test("newer findings are announced until the table is read again", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/findings");
  const { page } = anna;
  const samples = async () => assert.equal(await anna.call("POST", `detector/${await anna.detector()}/findings/create`, {}), 200);
  await samples();
  await anna.link(/^\[SAMPLE\]/);
  await anna.sees("Resource affected");
  await samples();
  await anna.sees("There are newer findings.");
  await anna.accessible("newer findings");
  await anna.press("Read again");
  await page.getByText("There are newer findings.").waitFor({ state: "detached" });
  await anna.quiet();
});

test("a suppression rule with wildcards is opened without them, and they can be taken away", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/findings");
  const { page } = anna;
  const filter = {
    name: "scans",
    action: "ARCHIVE",
    findingCriteria: { criterion: { type: { matches: ["Recon:*"] }, "resource.resourceType": { equals: ["Instance"] } } },
  };
  assert.equal(await anna.call("POST", `detector/${await anna.detector()}/filter`, filter), 200);
  await page.reload();
  await anna.press(/^Saved filters/);
  await page.getByRole("option", { name: "scans" }).click();
  await anna.sees("Finding type like “Recon:*”: lists can't be asked with wildcards, only suppression rules can.");
  await anna.sees("Resource type = Instance");
  await page.locator("tbody tr a").first().waitFor();
  await anna.accessible("wildcards");
  await anna.press("Clear wildcards");
  await page.getByText(/can't be asked with wildcards/).waitFor({ state: "detached" });
  await page.waitForURL((url) => url.searchParams.get("criteria") === '{"resource.resourceType":{"equals":["Instance"]}}');
  await anna.quiet();
});
