// Suppression rules: created with a preview, changed, deleted; what is written in them is shown, never run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { timeout, World } from "./world.ts";

const account = "111122223333";

const world = new World(async (server) => {
  await server.account(account, "Security", "security@example.com");
  await server.user(account, "rita", "AmazonGuardDutyReadOnlyAccess");
  await server.user(account, "fred", "PicketFullAccessWithoutFindings");
  await server.cli("account", "enable", account);
});

test("a rule is created, archives what matches now, and is deleted", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/settings");
  const { page } = anna;
  await anna.press("Generate sample findings");
  await anna.sees("The sample findings are there.");

  await anna.link("Suppression rules");
  await anna.sees("No suppression rules");
  await anna.accessible("no rules");
  await anna.link("Create rule");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("a b");
  await anna.press("Create rule");
  await anna.sees("3 to 64 letters, digits, dots, underscores and dashes.");
  await anna.sees(/Give at least one condition/);
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("ssh.brute-force");
  await page.getByRole("textbox", { name: "Description" }).fill("Ours <script>document.title=1</script>");
  await anna.press(/Advanced/);
  const json = page.getByRole("textbox", { name: "findingCriteria" });
  await json.fill('{"type": {"like": "x"}}');
  await anna.sees(/“like” is no operator/);
  await json.fill('{"type": {"equals": ["UnauthorizedAccess:EC2/SSHBruteForce"]}}');
  await anna.accessible("create a rule");
  await anna.press("Preview");
  await anna.sees(/1 of \d+ findings that are current matches/);
  await page.getByText("Archive the 1 finding that match").click();
  await anna.press("Create rule");
  await anna.sees("ssh.brute-force is created.");
  await anna.sees("1 finding archived.");
  const row = anna.row("ssh.brute-force");
  await row.getByText("Finding type is UnauthorizedAccess:EC2/SSHBruteForce").waitFor();
  await row.getByText("<script>").waitFor();
  await anna.accessible("rules");

  await row.getByRole("link").click();
  await anna.seesHeading("Edit ssh.brute-force");
  await page.getByText("Saved filter", { exact: true }).click();
  await anna.press("Save");
  await row.getByText("Saved filter").waitFor();
  await row.getByRole("radio").click();
  await anna.press("Delete");
  await anna.sees(/No finding changes/);
  await anna.accessible("delete a rule");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await anna.sees("No suppression rules");
  await anna.quiet();
});

test("who may not see findings makes a rule without a preview of them", { timeout }, async () => {
  const fred = await world.signedIn({ account, user: "fred" }, "us-east-1/filters/create");
  await fred.page.getByRole("textbox", { name: "Name", exact: true }).fill("unseen");
  assert.equal(await fred.page.getByText("Preview").count(), 0);
  await fred.quiet();
});

test("who may only read sees no button, and pages fit a phone", { timeout }, async () => {
  const rita = await world.signedIn({ account, user: "rita" }, "us-east-1/filters", { width: 390 });
  for (const path of ["filters", "rules", "settings", "usage", "coverage"]) {
    await rita.open(`us-east-1/${path}`);
    await rita.page.getByRole("heading", { level: 1 }).waitFor();
    await rita.page.waitForLoadState("networkidle");
    const buttons = rita.page.getByRole("button", { name: /^(Create|Edit|Delete|Set|Generate|Configure|Remove|Suspend|Disable|Save|Delegate)/ });
    assert.deepEqual(await buttons.allInnerTexts(), [], path);
    assert.equal(await rita.page.getByRole("switch").count(), 0, path);
    assert.ok(await rita.fits(), `${path} is wider than the screen`);
  }
  for (const path of ["filters/create", "filters/edit/noise"]) {
    await rita.open(`us-east-1/${path}`);
    await rita.sees("You aren't allowed to do this");
    assert.equal(await rita.page.getByRole("textbox").count(), 0, path);
  }
  await rita.quiet();
});

test("who left a form while it was being saved stays where they went", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/filters/create");
  const { page } = anna;
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("slow");
  await anna.press(/Advanced/);
  await page.getByRole("textbox", { name: "findingCriteria" }).fill('{"type": {"equals": ["Recon:EC2/Portscan"]}}');
  let leave = () => {};
  const left = new Promise<void>((resolve) => (leave = resolve));
  await page.route(/\/filter$/, (route) => left.then(() => route.continue()));
  await anna.press("Create rule");
  await anna.link("Lists");
  await anna.seesHeading("Lists");
  leave();
  await anna.sees("slow is created.");
  assert.match(page.url(), /us-east-1\/lists$/);
  await anna.quiet();
});
