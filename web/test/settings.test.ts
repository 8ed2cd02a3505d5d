// The end of the service: suspended, enabled again, refused to an administrator while a member remains, and told to the member; and
// rules that are switched.

import assert from "node:assert/strict";
import { test } from "node:test";
import { timeout, World } from "./world.ts";

const administrator = "111122223333";
const member = "222233334444";

const world = new World(async (server) => {
  await server.account(administrator, "Security", "security@example.com");
  await server.account(member, "Media", "media@example.com");
  for (const id of [administrator, member]) await server.cli("account", "enable", id);
  await server.cli("member", "add", member, "media@example.com", "--account", administrator);
  await server.cli("member", "invite", member, "--account", administrator);
  await server.cli("invitation", "accept", administrator, "--account", member);
});

test("an administrator suspends, and can't disable while a member remains", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/settings");
  const { page } = anna;
  await anna.sees("Always on");
  await anna.accessible("settings");
  await anna.link("Usage");
  await anna.sees(/reports a free trial: \d+ days left/);
  await anna.press("Dismiss alert");
  await page.getByText(/reports a free trial: \d+ days left/).waitFor({ state: "detached" });
  await anna.open("us-east-1/settings");
  await anna.press("Suspend GuardDuty");
  await anna.sees(/Your member account goes on/);
  await anna.accessible("suspend");
  await page.getByRole("dialog").getByRole("button", { name: "Suspend GuardDuty" }).click();
  await anna.sees("Suspended");
  await anna.press("Re-enable GuardDuty");
  await anna.sees("GuardDuty is enabled again.");

  await anna.press("Disable GuardDuty");
  const dialog = page.getByRole("dialog");
  await dialog.getByText(`${member} (Media)`).waitFor();
  assert.ok(await dialog.getByRole("button", { name: "Disable GuardDuty" }).isDisabled());
  await anna.accessible("disable");
  anna.expects(/400/);
  assert.equal(await anna.call("DELETE", `detector/${await anna.detector()}`), 400);
  await anna.quiet();
});

test("a frequency, a bucket and a rule are set", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/settings", { dark: true });
  const { page } = anna;
  await page.getByRole("button", { name: /Frequency for updated findings/ }).click();
  await page.getByRole("option", { name: /15 minutes/ }).click();
  await anna.sees("The frequency is saved.");
  await anna.press("Configure now");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Bucket ARN" }).fill("s3://findings");
  await dialog.getByRole("button", { name: "Save" }).click();
  await anna.sees(/not the ARN of a bucket/);
  await dialog.getByRole("textbox", { name: "Bucket ARN" }).fill("arn:aws:s3:::findings");
  await dialog.getByRole("textbox", { name: "KMS key ARN" }).fill(`arn:aws:kms:us-east-1:${administrator}:key/0a`);
  await dialog.getByRole("button", { name: "Save" }).click();
  await anna.sees("arn:aws:s3:::findings");

  await anna.link("Custom detection rules");
  const row = anna.row("AMIExternalAccess");
  await row.getByRole("checkbox").click();
  await anna.press("Set mode");
  await page.getByRole("menuitem", { name: "Live" }).click();
  await anna.sees(/raises findings/);
  await anna.accessible("switch a rule");
  await page.getByRole("dialog").getByRole("button", { name: "Switch live" }).click();
  await row.getByText("Live").waitFor();
  await anna.sees("What it looks for");
  await anna.press("Set mode");
  await page.getByRole("menuitem", { name: "Dry run" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Start dry run" }).click();
  await row.getByText("No record matched").waitFor();
  await anna.accessible("a dry run");
  for (const page of ["Usage", "Coverage"]) {
    await anna.link(page);
    await anna.seesHeading(page);
    await anna.page.waitForLoadState("networkidle");
    await anna.accessible(page);
  }
  await anna.quiet();
});

test("a member is told that its administrator sees it, and may disable", { timeout }, async () => {
  const mika = await world.signedIn("media@example.com", "us-east-1/settings");
  const { page } = mika;
  await mika.sees(`This account is a member of ${administrator} (Security)`);
  await mika.press("Disable GuardDuty");
  const dialog = page.getByRole("dialog");
  await mika.sees(/keeps its copies of your findings/);
  assert.ok(await dialog.getByRole("button", { name: "Disable GuardDuty" }).isDisabled());
  await dialog.getByRole("textbox").fill("disable");
  await dialog.getByRole("button", { name: "Disable GuardDuty" }).click();
  await mika.sees("GuardDuty is off in us-east-1");
  await mika.quiet();
});
