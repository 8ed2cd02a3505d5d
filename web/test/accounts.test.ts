// What administrators and members do to each other on their pages, beyond the lecture's flow.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { timeout, World } from "./world.ts";

const security = "111122223333";
const other = "555566667777";
const media = "222233334444";
const shop = "333344445555";
const quick = "777788889999";
const late = "888899990000"; // its service is off
const hostile = `<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>`;

const world = new World(async (server) => {
  await server.account(security, `Security ${hostile}`.slice(0, 60), "security@example.com");
  await server.account(other, "Other", "other@example.com");
  await server.account(media, "Media", "media@example.com");
  await server.account(shop, "Shop", "shop@example.com");
  await server.account(quick, "Quick", "quick@example.com");
  await server.account(late, "Late", "late@example.com");
  await server.user(security, "rosa", "AmazonGuardDutyReadOnlyAccess");
  for (const id of [security, other, media, shop, quick]) await server.cli("account", "enable", id, "--regions", "all");
});

test("a list of 30 with one bad row adds 29 and names the one", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/accounts/add");
  const id = (i: number) => String(600000000000 + i);
  const rows = Array.from({ length: 30 }, (_, i) => `${i === 7 ? "60000000007" : id(i)},owner${i}@example.com`);
  const buffer = Buffer.from(`\uFEFFAccount ID,Email\r\n${rows.join("\r\n")}\r\n`);
  await anna.page.locator("input[type=file]").setInputFiles({ name: "accounts.csv", mimeType: "text/csv", buffer });
  await anna.sees("29 accounts of accounts.csv are in the list below.");
  await anna.sees(/^Line 9: .*leading zeros/);
  await anna.accessible("uploaded");
  await anna.press(`Remove ${id(29)}`);
  await anna.press("Next");
  await anna.sees(/^28 accounts added/);

  // The whole table is seen.
  const table = anna.page.getByRole("table", { name: "Accounts" });
  await anna.row(id(1)).getByText("Added by the administrator").waitFor();
  assert.deepEqual((await table.getByRole("columnheader").allInnerTexts()).map((text) => text.trim()).filter(Boolean), [
    "Account ID", "Name", "E-mail", "Type", "Status", "Last finding", "Updated",
  ]);
  const lines = await anna.page.getByRole("link", { name: id(1), exact: true }).evaluate((a) => a.getClientRects().length);
  assert.equal(lines, 1, "an ID stands in one line");
  const [needs, has] = await table.evaluate((t) => [t.scrollWidth, t.parentElement?.clientWidth ?? 0]);
  assert.ok(needs <= has, `the table needs ${needs} px and has ${has}`);

  // They are found by a filter, invited together, and saved to a file.
  await anna.page.getByLabel("Filter accounts").fill("owner1");
  await anna.page.keyboard.press("Enter");
  await anna.sees("11 matches");
  await anna.page.getByLabel("Choose all accounts of this page").first().click();
  await anna.press("Actions");
  await anna.page.getByRole("menuitem", { name: "Invite", exact: true }).click();
  await anna.page.getByRole("textbox", { name: "Message" }).fill(hostile);
  await anna.press("Send invitation");
  await anna.sees(/^11 accounts invited/);
  const download = anna.page.waitForEvent("download");
  await anna.press("Export CSV");
  const file = await readFile(await (await download).path(), "utf8");
  assert.equal(file.trim().split("\r\n").length, 12);
  assert.match(file, /600000000001,,owner1@example\.com,By invitation,Pending,Invited,/);
  assert.equal(await anna.page.evaluate(() => (window as unknown as { hurt?: number }).hurt), undefined);

  // An address that was mistyped is put right, and the account's history is told.
  await anna.link(id(1));
  await anna.sees(hostile);
  await anna.press("Change e-mail");
  await anna.page.getByLabel("New e-mail address").fill("right@example.com");
  await anna.press("Change");
  await anna.sees("The address is right@example.com now, and the invitation goes there.");
  await anna.sees("Invited by the administrator");
  await anna.sees("E-mail address changed by the administrator, from owner1@example.com to right@example.com");
  await anna.sees("Invitation mailed again by the administrator");
  await anna.sees(/^Sent at .* or soon after/);
  assert.equal(await anna.page.getByText(/\d UTC/).count(), 0, "times are local");
  await anna.accessible("one account");
  await anna.quiet();
});

test("on a phone accounts are sorted by any column, both ways", { timeout }, async () => {
  for (const [id, email] of [["600000003001", "zz@example.com"], ["600000003002", "aa@example.com"]] as const)
    await world.server.cli("member", "add", id, email, "--account", security, "--regions", "us-east-1");
  const anna = await world.signedIn("security@example.com", "us-east-1/accounts", { width: 390 });
  const first = anna.page.locator("tbody tr").first();
  await anna.press(/^Sort by/);
  await anna.page.getByRole("option", { name: "E-mail" }).click();
  await first.getByText("aa@example.com").waitFor();
  await anna.press("Sort descending");
  await first.getByText("zz@example.com").waitFor();
  await anna.accessible("sorted on a phone");
  await anna.quiet();
});

test("an account is added in those of the chosen regions where it is missing, by hand and by a list", { timeout }, async () => {
  const [byHand, byList, elsewhere] = ["600000001001", "600000001002", "600000001003"];
  for (const id of [byHand, byList]) await world.server.cli("member", "add", id, "owner@example.com", "--account", security, "--regions", "us-east-1");
  const anna = await world.signedIn("security@example.com", "us-east-1/accounts/add");
  const enter = async (id: string) => {
    await anna.page.getByRole("textbox", { name: "Account ID" }).fill(id);
    await anna.page.getByRole("textbox", { name: "E-mail address" }).fill("owner@example.com");
    await anna.press("Add");
  };
  await enter(byHand);
  await anna.sees(`${byHand} is already in your list of accounts.`);
  await anna.page.getByLabel("eu-west-1", { exact: true }).click();
  await anna.press("Add");
  await anna.row(byHand).getByText("Already added in us-east-1; will be added in eu-west-1.").waitFor();
  const buffer = Buffer.from(`Account ID,Email\n${byList},owner@example.com\n`);
  await anna.page.locator("input[type=file]").setInputFiles({ name: "accounts.csv", mimeType: "text/csv", buffer });
  await anna.sees("1 account of accounts.csv is in the list below.");
  await anna.accessible("added in some regions");
  await anna.press("Next");
  await anna.sees("2 accounts added in eu-west-1.");
  assert.match(anna.page.url(), /\/us-east-1\/accounts$/);
  await anna.row(byHand).waitFor();

  // Where this region isn't chosen, the page that follows is of one that is.
  await anna.open("us-east-1/accounts/add");
  await anna.page.getByLabel("eu-west-1", { exact: true }).click();
  await anna.page.getByLabel("us-east-1", { exact: true }).click();
  await enter(byList);
  await anna.sees(`${byList} is already in your list of accounts.`);
  await enter(elsewhere);
  await anna.press("Next");
  await anna.sees("1 account added in eu-west-1.");
  await anna.page.waitForURL(/\/eu-west-1\/accounts$/);
  await anna.row(elsewhere).waitFor();
  await anna.quiet();
});

test("who goes on while accounts are added stays there, and is told", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/accounts/add");
  await anna.page.getByRole("textbox", { name: "Account ID" }).fill("600000002001");
  await anna.page.getByRole("textbox", { name: "E-mail address" }).fill("owner@example.com");
  await anna.press("Add");
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await anna.page.route(/\/detector\/[0-9a-f]+\/member$/, (route) => held.then(() => route.continue()));
  const asked = anna.page.waitForRequest(/\/member$/);
  await anna.press("Next");
  await asked;
  await anna.link("Lists");
  await anna.seesHeading("Lists");
  release();
  await anna.sees(/^1 account added in us-east-1\./);
  assert.match(anna.page.url(), /\/us-east-1\/lists$/);
  await anna.quiet();
});

test("two administrators invite; one is accepted, left again, and the other declined", { timeout }, async () => {
  for (const [inviter, message] of [[security, hostile], [other, ""]] as const) {
    await world.server.cli("member", "add", media, "media@example.com", "--account", inviter, "--regions", "us-east-1");
    await world.server.cli("member", "invite", media, "--message", message, "--account", inviter, "--regions", "us-east-1");
  }
  const mika = await world.signedIn("media@example.com", "us-east-1/accounts", { dark: true });
  await mika.sees("You have 2 membership invitations");
  await mika.link("View invitations");
  await mika.sees(hostile);
  await mika.accessible("two invitations, dark");
  await mika.press("Accept invitation");
  await mika.sees("Switch on Accept for one of the accounts first.");
  await mika.page.getByLabel(`Accept the invitation of ${other}`).click();
  await mika.page.getByLabel(`Accept the invitation of ${security}`).click();
  assert.equal(await mika.page.getByLabel(`Accept the invitation of ${other}`).isChecked(), false, "only one is marked");
  await mika.press("Accept invitation");
  await mika.sees("This account is a member account");
  assert.equal(await mika.page.getByLabel(`Accept the invitation of ${other}`).isDisabled(), true, "no second can be accepted");

  await mika.press(`Decline the invitation of ${other}`);
  await mika.press("Decline");
  await mika.sees(`The invitation of ${other} is declined.`);
  await mika.press(`Delete the invitation of ${other}`);
  await mika.row(other).waitFor({ state: "detached" });

  // Switching Accept off is to leave.
  await mika.page.getByLabel(`Accept the invitation of ${security}`).click();
  await mika.sees(new RegExp(`^Leave ${security} \\(`));
  await mika.press("Leave");
  await mika.sees("In us-east-1, this account shares its findings with nobody now.");

  const anna = await world.signedIn("security@example.com", "us-east-1/accounts");
  await anna.page.getByLabel("Filter accounts").fill(media);
  await anna.page.keyboard.press("Enter");
  await anna.row(media).getByText("Resigned").waitFor();
  await anna.page.getByLabel(`Invite again ${media}`).click();
  await anna.press("Send invitation");
  await anna.row(media).getByText("Pending").waitFor();
  await mika.row(security).getByText("Waits for your answer").waitFor();
  await mika.page.getByLabel(`Accept the invitation of ${security}`).click();
  await mika.press("Accept invitation");
  await anna.row(media).getByText("Monitored").waitFor();
  await anna.quiet();
  await mika.quiet();
});

test("an invitation is seen in whole on a phone, and accepted after it was declined, once the service is enabled", { timeout }, async () => {
  const message = "Please accept: we look after the findings of everybody.";
  await world.server.cli("member", "add", late, "late@example.com", "--account", other, "--regions", "us-east-1");
  await world.server.cli("member", "invite", late, "--message", message, "--account", other, "--regions", "us-east-1");
  const lena = await world.signedIn("late@example.com", "us-east-1/invitations", { width: 390 });
  const accept = lena.page.getByLabel(`Accept the invitation of ${other}`);
  const decline = lena.page.getByRole("button", { name: `Decline the invitation of ${other}` });
  for (const part of [lena.page.getByText(message), lena.page.getByText("Waits for your answer"), decline, accept]) {
    await part.waitFor();
    const box = await part.boundingBox();
    assert.ok(box && box.x >= 0 && box.x + box.width <= 390, `in sight: ${JSON.stringify(box)}`);
  }
  await lena.accessible("an invitation on a phone");
  await decline.click();
  await lena.press("Decline");
  await lena.sees(`The invitation of ${other} is declined.`);
  await lena.sees("You have a membership invitation");
  await lena.press("Enable GuardDuty");
  await accept.click();
  await lena.press("Accept invitation");
  await lena.sees("This account is a member account");
  await lena.quiet();
});

test("who looks after others is offered no acceptance, and told why", { timeout }, async () => {
  await world.server.cli("member", "add", security, "security@example.com", "--account", other, "--regions", "eu-west-1");
  await world.server.cli("member", "invite", security, "--account", other, "--regions", "eu-west-1");
  const anna = await world.signedIn("security@example.com", "eu-west-1/invitations");
  const accept = [anna.page.getByLabel(`Accept the invitation of ${other}`), anna.page.getByRole("button", { name: "Accept invitation" })] as const;
  await anna.row(other).getByText("Waits for your answer").waitFor();
  await anna.sees("This account looks after other accounts");
  for (const each of accept) assert.equal(await each.count(), 0);
  await anna.accessible("an administrator is invited");
  await anna.link("Open accounts");
  await anna.seesHeading(/^Accounts/);
  await anna.quiet();
});

test("members are suspended, resumed and deleted, in several regions, and what will happen is said before", { timeout }, async () => {
  await world.server.cli("member", "add", shop, "shop@example.com", "--account", security, "--regions", "all");
  await world.server.cli("member", "invite", shop, "--account", security, "--regions", "all");
  await world.server.cli("invitation", "accept", security, "--account", shop, "--regions", "all");
  const anna = await world.signedIn("security@example.com", `us-east-1/accounts/${shop}`);
  const act = async (action: string) => {
    await anna.press("Actions");
    await anna.page.getByRole("menuitem", { name: action }).click();
  };
  await act("Suspend GuardDuty");
  await anna.sees(/no new findings are raised/);
  await anna.page.getByLabel("eu-west-1: 1 account").click();
  await anna.sees("This affects 1 account in 2 Regions.");
  await anna.accessible("suspend");
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await anna.page.route(/\/member\/stop$/, (route) => held.then(() => route.continue()));
  await anna.press("Suspend");
  await anna.page.getByRole("dialog").getByRole("button", { name: "Cancel", disabled: true }).waitFor(); // what is begun can't be cancelled
  release();
  await anna.sees("1 account suspended in us-east-1 and eu-west-1.");
  await anna.sees("suspended by the administrator");
  await anna.sees("Suspended since");
  assert.match((await anna.page.getByRole("link", { name: "View findings" }).getAttribute("href")) ?? "", new RegExp(`/us-east-1/findings\\?criteria=.*${shop}`));

  // Its address is corrected in both.
  await anna.press("Change e-mail");
  await anna.sees(/Nothing is mailed now/); // no invitation is pending
  await anna.page.getByLabel("New e-mail address").fill("new@example.com");
  await anna.page.getByLabel("eu-west-1: shop@example.com").click();
  await anna.accessible("change e-mail");
  await anna.press("Change");
  await anna.sees("The address is new@example.com now in us-east-1 and eu-west-1.");
  await anna.sees("E-mail address changed by the administrator, from shop@example.com to new@example.com");
  await act("Resume GuardDuty");
  await anna.press("Resume");
  await anna.sees("1 account resumed.");
  await act("Suspend GuardDuty"); // it is suspended elsewhere
  await anna.page.getByRole("checkbox", { name: "eu-west-1: no account", disabled: true }).waitFor();
  await anna.page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  anna.expects(new RegExp(`400.*members/${shop}`)); // the page may ask for the account before it is left
  await act("Delete account");
  await anna.sees("1 account still shares findings with you and will be disassociated first.");
  await anna.press("Delete");
  await anna.seesHeading(/^Accounts/);
  await anna.sees("1 account deleted.");
  await anna.row(shop).waitFor({ state: "detached" });
  await anna.open("eu-west-1/accounts");
  await anna.row(shop).getByText("Suspended", { exact: true }).waitFor();
  await anna.link(shop);
  await anna.sees("new@example.com");
  await act("Disassociate account");
  await anna.sees(/The account stops sharing findings with you/);
  await anna.press("Disassociate");
  await anna.sees("1 account disassociated.");
  await anna.sees("Removed");
  await anna.quiet();
});

test("who may only read sees no button that changes something, and no form by its address", { timeout }, async () => {
  const rosa = await world.signedIn({ account: security, user: "rosa" }, "us-east-1/accounts");
  rosa.expects(/403/);
  await rosa.row(media).waitFor();
  for (const name of ["Actions", "Add accounts"]) assert.equal(await rosa.page.getByRole("button", { name }).or(rosa.page.getByRole("link", { name })).count(), 0, name);
  assert.equal(await rosa.page.getByLabel(/^Invite \d/).count(), 0);
  await rosa.open("us-east-1/accounts/add");
  await rosa.sees("You aren't allowed to do this");
  await rosa.sees("This page needs the permission guardduty:CreateMembers.");
  await rosa.accessible("forbidden");
  assert.equal(await rosa.page.getByRole("textbox").count(), 0);
  const member = { accountDetails: [{ accountId: "999900001111", email: "new@example.com" }] };
  assert.equal(await rosa.call("POST", `detector/${await rosa.detector()}/member`, member), 403);
  await rosa.quiet();
});

test("the invitation of a trusted account is accepted by itself", { timeout }, async () => {
  await world.server.cli("member", "add", quick, "quick@example.com", "--account", other, "--regions", "us-east-1");
  await world.server.cli("member", "invite", quick, "--account", other, "--regions", "us-east-1");
  const kim = await world.signedIn("quick@example.com", "us-east-1/invitations");
  await kim.row(other).getByText("Waits for your answer").waitFor();
  await kim.sees("No account: each invitation waits for an answer.");
  await kim.press("Edit trusted accounts");
  const ids = kim.page.getByRole("textbox", { name: "Account IDs" });
  await ids.fill("1234");
  await kim.sees("“1234” is not an account ID: an account ID has 12 digits.");
  await ids.fill(other);
  await kim.accessible("trusted accounts");
  await kim.press("Save");
  await kim.sees("This account is a member account");
  await kim.row(other).getByText("Accepted").first().waitFor();
  await kim.quiet();
});

test("a member sees nothing of an administrator's page while it is asked who that is", { timeout }, async () => {
  const kim = await world.signedIn("quick@example.com", "security");
  await kim.seesHeading("Sessions");
  await kim.page.route(/\/detector\/[0-9a-f]+\/administrator$/, async (route) => {
    await new Promise((done) => setTimeout(done, 700));
    await route.continue();
  });
  await kim.page.evaluate(() => {
    const seen = () => /Add accounts|No member accounts/.test(document.querySelector("main")?.textContent ?? "") && Object.assign(window, { table: true });
    new MutationObserver(seen).observe(document.body, { childList: true, subtree: true });
  });
  await kim.page.getByRole("navigation", { name: "Side navigation" }).getByRole("link", { name: "Accounts" }).click();
  await kim.sees("Loading accounts");
  await kim.accessible("who looks after it is not known yet");
  await kim.sees("This account is a member account");
  assert.equal(await kim.page.evaluate(() => "table" in window), false);
  await kim.quiet();
});

test("a hidden page listens to nothing, and shows what changed once it is seen again", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/accounts");
  await anna.row(media).getByText("Monitored").waitFor();
  const hide = (hidden: boolean) =>
    anna.page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { value, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  const closed = anna.page.waitForEvent("requestfailed", (r) => r.url().includes("/api/events"));
  await hide(true);
  await closed;
  await world.server.cli("member", "suspend", media, "--account", security, "--regions", "us-east-1");
  await hide(false);
  await anna.row(media).getByText("Suspended", { exact: true }).waitFor();
  await anna.quiet();
});

test("a member that its administrator suspended is told so where it looks for findings, as long as that lasts", { timeout }, async () => {
  await world.server.cli("member", "suspend", media, "--account", security, "--regions", "us-east-1");
  const mika = await world.signedIn("media@example.com", "us-east-1/summary");
  await mika.sees("GuardDuty is suspended in us-east-1");
  await mika.sees(new RegExp(`your administrator, account ${security} \\(Security .*, suspended it`));
  await mika.accessible("summary, suspended");
  await mika.link("Findings");
  await mika.seesHeading(/^Findings/);
  await mika.sees("GuardDuty is suspended in us-east-1");
  await mika.accessible("findings, suspended");
  await world.server.cli("member", "resume", media, "--account", security, "--regions", "us-east-1");
  await mika.page.getByText("GuardDuty is suspended in us-east-1").waitFor({ state: "detached" });
  await mika.quiet();
});
