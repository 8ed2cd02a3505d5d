// Signing in: what is refused and how that is told, the second factor, a password that must be changed, and sessions.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { launch, Person } from "./browser.ts";
import { password, Picket } from "./picket.ts";
import { totp } from "./totp.ts";

const account = "111122223333";

let browser: Browser;
let server: Picket;

before(async () => {
  [browser, server] = await Promise.all([launch(), Picket.start()]);
  await server.account(account, "Security", "security@example.com");
  await server.user(account, "anna", "AmazonGuardDutyFullAccess");
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("a wrong password is refused and the right one opens the page that was wanted", { timeout: 120_000 }, async () => {
  const anna = await Person.open(browser, server.console);
  anna.expects(/401/);
  await anna.open("eu-west-1/accounts");
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
  await anna.page.getByRole("menuitem", { name: "us-east-1" }).click();
  await anna.sees("GuardDuty is off in us-east-1");
  assert.match(anna.page.url(), /us-east-1\/accounts$/);
  await anna.page.goBack();
  await anna.sees("GuardDuty is off in eu-west-1");
  await anna.open("xx-nowhere-1/accounts");
  await anna.sees(/doesn't serve the Region xx-nowhere-1/);
  await anna.quiet();
});

test("a password that another set must be changed", { timeout: 120_000 }, async () => {
  const told = (await server.cli("account", "reset", account)).trim();
  const root = await Person.open(browser, server.console);
  root.expects(/401/);
  await root.open();
  await root.signIn({ email: "security@example.com", password: told });
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

test("a second factor is set up, asked for, and a session ended from another", { timeout: 120_000 }, async () => {
  const anna = await Person.open(browser, server.console);
  await anna.open("security");
  await anna.signIn({ account, user: "anna" });
  await anna.seesHeading("Second factor");
  await anna.press("Set up");
  await anna.page.getByRole("img", { name: "QR code of the secret" }).waitFor();
  await anna.accessible("second factor");
  const secret = /\b[A-Z2-7]{16,}\b/.exec(await anna.page.locator("main").innerText())?.[0] ?? "";
  await anna.page.getByLabel("Code", { exact: true }).fill(totp(secret));
  await anna.press("Confirm");
  await anna.sees("The second factor is asked for from now on.");

  const elsewhere = await Person.open(browser, server.console, { dark: true });
  elsewhere.expects(/401/);
  await elsewhere.open("security");
  await elsewhere.signIn({ account, user: "anna" });
  await elsewhere.seesHeading("Second factor");
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
