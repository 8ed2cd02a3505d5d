// Lists: added, read from a bucket, in force, taken out again; and what others named them is shown, never run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Bucket } from "./bucket.ts";
import { timeout, World } from "./world.ts";

const account = "111122223333";
const hostile = '<img src=x onerror="document.title=1">';

let bucket: Bucket;
const world = new World(
  async (server) => {
    await server.account(account, "Security", "security@example.com");
    await server.user(account, "rita", "AmazonGuardDutyReadOnlyAccess");
    await server.cli("account", "enable", account);
  },
  async () => {
    bucket = await Bucket.open();
    bucket.put("/lists/bad", "198.51.100.7\n203.0.113.9\n");
    return bucket.config;
  },
  () => bucket.close(),
);

test("a list is added, activated, previewed, deactivated and deleted", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/lists");
  const { page } = anna;
  await anna.sees("No threat lists");
  await anna.accessible("no lists");

  await anna.press("Add a threat list");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Location" }).fill("s3://lists");
  await dialog.getByRole("button", { name: "Add a threat list" }).click();
  for (const mistake of ["Enter the list's name.", /Name the file too/, /Agree before/]) await anna.sees(mistake);
  await anna.accessible("add a list");
  await dialog.getByRole("textbox", { name: "List name" }).fill("bad-hosts");
  await dialog.getByRole("textbox", { name: "Location" }).fill("s3://lists/bad");
  await dialog.getByText("I agree").click();
  await dialog.getByRole("button", { name: "Add a threat list" }).click();
  const row = anna.row("bad-hosts");
  await row.getByText("Inactive").waitFor();

  const act = async (action: string, confirm = action) => {
    await row.getByRole("radio").click();
    await page.getByRole("button", { name: "Actions" }).last().click();
    await page.getByRole("menuitem", { name: action, exact: true }).click();
    await anna.accessible(action);
    if (confirm) await page.getByRole("dialog").getByRole("button", { name: confirm, exact: true }).click();
  };
  await act("Activate");
  await row.getByText("Active", { exact: true }).waitFor(); // without a reload
  await row.getByRole("cell", { name: "2", exact: true }).waitFor();
  await act("Preview", "");
  await anna.sees(/0 findings of 0 of the last 30 days are about one of the 2 entries/);
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await act("Deactivate");
  await row.getByText("Inactive").waitFor();

  await act("Edit", "");
  await dialog.getByRole("textbox", { name: "Location" }).fill("s3://lists/missing");
  await dialog.getByRole("button", { name: "Save" }).click();
  await row.getByText("s3://lists/missing").waitFor();
  await act("Activate");
  await row.getByText("Error", { exact: true }).waitFor();
  await row.getByText(/NoSuchKey/).first().waitFor();
  await anna.accessible("a list in error");
  await act("Delete");
  await anna.sees("No threat lists");
  await anna.quiet();
});

test("what a list is named is shown as text, at any width, and who may only read sees no button", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/lists", { width: 390 });
  await anna.sees("No threat lists");
  const status = await anna.call("POST", `detector/${await anna.detector()}/threatintelset`, { name: hostile, format: "TXT", location: "s3://lists/bad", activate: false });
  assert.equal(status, 200);
  await anna.row(hostile).waitFor();
  assert.equal(await anna.page.locator('img[src="x"]').count(), 0);
  assert.ok(await anna.fits(), "the page is wider than the screen");
  await anna.quiet();

  const rita = await world.signedIn({ account, user: "rita" }, "us-east-1/lists", { dark: true });
  await rita.row(hostile).waitFor();
  assert.equal(await rita.page.getByRole("button", { name: /^Add / }).count(), 0);
  await rita.row(hostile).getByRole("radio").click();
  await rita.page.getByRole("button", { name: "Actions" }).last().click();
  assert.deepEqual(await rita.page.getByRole("menuitem").allInnerTexts(), ["Preview"]);
  await rita.accessible("lists, read only, dark");
  rita.expects(/403/);
  assert.equal(await rita.call("POST", `detector/${await rita.detector()}/ipset`, { name: "x", format: "TXT", location: "s3://lists/bad", activate: false }), 403);
  await rita.quiet();
});
