// Signing in: what is refused and how that is told, the second factor, a password that must be changed, and sessions.

import assert from "node:assert/strict";
import { test } from "node:test";
import { password } from "./picket.ts";
import { totp } from "./totp.ts";
import { timeout, World } from "./world.ts";

const account = "111122223333";

const world = new World(async (server) => {
  await server.account(account, "Security", "security@example.com");
  for (const name of ["anna", "ben"]) await server.user(account, name, "AmazonGuardDutyFullAccess");
});

test("a wrong password is refused and the right one opens the page that was wanted", { timeout }, async () => {
  const anna = await world.person("eu-west-1/accounts");
  anna.expects(/401/);
  await anna.press("Sign in");
  await anna.sees("Enter the password.");
  await anna.signIn({ account, user: "anna", password: "wrong password, this" });
  await anna.sees("The sign-in was refused");
  await anna.accessible("refused");
  await anna.signIn({ account: "Security", user: "anna" });
  await anna.sees("GuardDuty is off in eu-west-1");
  assert.match(anna.page.url(), /eu-west-1\/accounts$/);

  // Another region is chosen in the bar, and the page stays.
  await anna.press("Region: eu-west-1");
  await anna.page.getByRole("menuitemcheckbox", { name: "us-east-1" }).click();
  await anna.sees("GuardDuty is off in us-east-1");
  assert.match(anna.page.url(), /us-east-1\/accounts$/);
  await anna.page.goBack();
  await anna.sees("GuardDuty is off in eu-west-1");
  await anna.open("xx-nowhere-1/accounts");
  await anna.sees(/doesn't serve the Region xx-nowhere-1/);
  await anna.quiet();
});

test("who guesses is told how long to wait", { timeout }, async () => {
  const guest = await world.person();
  guest.expects(/status of 4(01|29)/);
  const wrong = { account, user: "nobody", password: "wrong password, this" };
  for (let n = 0; n < 5; n++) {
    await guest.signIn(wrong);
    await guest.sees("The sign-in was refused");
  }
  await guest.signIn(wrong);
  await guest.sees(/Try again in (1m0|\d+)s\./);
  await guest.quiet();
});

test("messages go with who they were for", { timeout }, async () => {
  const ben = await world.signedIn({ account, user: "ben" }, "security");
  await world.signedIn({ account, user: "ben" }, "security");
  await ben.page.reload();
  await ben.press(/^End the session of/);
  await ben.sees("The session is ended.");
  ben.expects(/status of 401/);
  await ben.page.context().clearCookies();
  await ben.press("Set up");
  await ben.sees("Your session ended. Sign in to go on where you were.");
  await ben.signIn({ email: "security@example.com" });
  await ben.sees("root @ Security");
  await ben.seesHeading("Sessions");
  assert.equal(await ben.page.getByText("The session is ended.").count(), 0);
  await ben.quiet();
});

test("a password that another set must be changed", { timeout }, async () => {
  const told = (await world.server.cli("account", "reset", account)).trim();
  const root = await world.person();
  await root.signIn({ email: "security@example.com", password: told });
  root.expects(/401/);
  await root.seesHeading("Choose a new password");
  await root.accessible("new password");
  await root.page.getByLabel("New password", { exact: true }).fill(password);
  await root.page.getByLabel("Repeat the new password").fill("something else entirely");
  await root.press("Sign in");
  await root.sees("The two passwords are different.");
  await root.page.getByLabel("Repeat the new password").fill(password);
  await root.press("Sign in");
  await root.page.getByRole("button", { name: /^Account menu/ }).waitFor();
  await root.quiet();
});

test("a second factor is set up, asked for, and a session ended from another", { timeout }, async () => {
  const anna = await world.signedIn({ account, user: "anna" }, "security");
  await anna.seesHeading("Second factor");
  await anna.press("Set up");
  await anna.page.getByRole("img", { name: "QR code of the secret" }).waitFor();
  await anna.accessible("second factor");
  const secret = /\b[A-Z2-7]{4}( [A-Z2-7]{1,4}){3,}\b/.exec(await anna.page.locator("main").innerText())?.[0].replaceAll(" ", "") ?? "";
  await anna.page.getByLabel("Code", { exact: true }).fill(totp(secret));
  await anna.press("Confirm");
  await anna.sees("The second factor is asked for from now on.");

  const elsewhere = await world.person("security", { dark: true });
  await elsewhere.signIn({ account, user: "anna" });
  elsewhere.expects(/401/);
  await elsewhere.seesHeading("Second factor");
  await elsewhere.page.getByLabel("Code").fill("000000");
  await elsewhere.press("Sign in");
  await elsewhere.sees(/This code is wrong/);
  await elsewhere.page.getByLabel("Code").fill(totp(secret, Date.now() + 30_000)); // the next: each is taken once
  await elsewhere.press("Sign in");
  await elsewhere.seesHeading("Sessions");
  await elsewhere.sees("This session");
  await elsewhere.accessible("security, dark");

  await anna.page.reload();
  await anna.page.getByRole("button", { name: /^End the session of/ }).first().click();
  await anna.sees("The session is ended.");
  await elsewhere.page.getByRole("button", { name: "Change password" }).waitFor();
  await elsewhere.page.getByRole("button", { name: "Remove" }).click();
  await elsewhere.page.getByLabel("Current password").last().fill(password);
  await elsewhere.page.getByRole("button", { name: "Remove" }).last().click();
  await elsewhere.sees("Your session ended. Sign in to go on where you were.");
  await anna.quiet();
  await elsewhere.quiet();
});

test("a session that was planted is not kept, and another site does nothing in one's name", { timeout }, async () => {
  const anna = await world.person();
  const { page } = anna;
  const cookie = async () => (await page.context().cookies(world.server.console)).find((c) => c.name === "picket-session");
  await page.context().addCookies([{ name: "picket-session", value: `${account}.planted`, url: world.server.console }]);
  await anna.open("security");
  await anna.signIn({ email: "security@example.com" });
  await anna.seesHeading("Sessions");
  const own = await cookie();
  assert.ok(own && !own.value.includes("planted") && own.httpOnly && own.sameSite === "Strict", "the cookie is the server's own");

  // The other site's page is drawn in the same browser. It knows all but the header that only the console's own pages read.
  const evil = await page.context().newPage();
  await evil.route("http://evil.localhost/", (route) => route.fulfill({ contentType: "text/html", body: "<h1>Free prizes</h1>" }));
  await evil.goto("http://evil.localhost/");
  const sent = evil.waitForResponse(/sign-out/);
  await evil.evaluate((action) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "POST", action });
    document.body.append(form);
    form.submit();
  }, `${world.server.console}api/sign-out`);
  assert.ok((await sent).status() >= 400, "the form of another site is refused");
  await evil.close();
  await page.reload();
  await anna.sees("This session");
  await anna.quiet();
});

test("a tab of an earlier session becomes one of the new session at once", { timeout }, async () => {
  await world.server.account("444455556666", "Media", "media@example.com");
  await world.server.account("555566667777", "Kestrel", "kestrel@example.com");
  const first = await world.signedIn("security@example.com", "us-east-1/accounts");
  await first.sees("root @ Security");
  const second = await first.tab("us-east-1/accounts");
  await second.sees("root @ Security");

  for (const tab of [first, second]) tab.expects(/status of 40[13]/); // what it reads when the other ends its session
  await first.press(/^Account menu/);
  await first.page.getByRole("menuitem", { name: "Sign out" }).click();
  await second.sees("Your session ended. Sign in to go on where you were.");
  await first.signIn({ email: "media@example.com" });
  await second.sees("root @ Media");
  assert.match(second.page.url(), /us-east-1\/accounts$/);

  // One that was not told is refused and says so; nothing is mixed.
  await first.link("Accounts");
  await first.sees("GuardDuty is off in us-east-1");
  await first.page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await second.page.evaluate(() => (BroadcastChannel.prototype.postMessage = () => {}));
  await second.press(/^Account menu/);
  await second.page.getByRole("menuitem", { name: "Sign out" }).click();
  await second.signIn({ email: "kestrel@example.com" });
  await second.sees("root @ Kestrel");
  await first.sees("root @ Media");
  await first.press("Enable GuardDuty");
  await first.sees("What you did last was not done.");
  await first.sees("root @ Kestrel");
  await first.accessible("loaded anew");
  await second.quiet();
  await first.quiet();
});
