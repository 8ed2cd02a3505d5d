// The lecture, in two browsers: an account is added, invited with a message, reads its mail, enables the service, accepts, and is
// monitored, and its findings are seen by its administrator.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Mailbox } from "./mailbox.ts";
import { timeout, World } from "./world.ts";

const administrator = "111122223333";
const member = "222233334444";

let mailbox: Mailbox;
const world = new World(
  async (server) => {
    await server.account(administrator, "Security", "security@example.com");
    await server.account(member, "Media", "media@example.com");
  },
  async () => (mailbox = await Mailbox.open()).config,
  () => mailbox.close(),
);

test("an account is added, invited, and accepts", { timeout }, async () => {
  const anna = await world.person();
  await anna.accessible("sign-in");
  await anna.signIn({ email: "security@example.com" });

  // Stage 1: add.
  await anna.link("Accounts");
  await anna.press("Enable GuardDuty");
  await anna.sees("No member accounts");
  await anna.accessible("no accounts");
  await anna.link("Add accounts");
  await anna.page.getByRole("textbox", { name: "Account ID" }).fill(member);
  await anna.page.getByRole("textbox", { name: "E-mail address" }).fill("media@example.com");
  await anna.press("Add");
  await anna.sees("Accounts to be added");
  await anna.row(member).waitFor();
  await anna.accessible("add accounts");
  await anna.press("Next");
  await anna.sees(/must first accept your invitation/);

  // Stage 2: invite.
  await anna.page.getByLabel(`Invite ${member}`).click();
  await anna.sees("Invitation to GuardDuty");
  await anna.page.getByRole("textbox", { name: "Message" }).fill("Please accept.");
  await anna.accessible("invite");
  await anna.press("Send invitation");
  await anna.row(member).getByText("Pending").waitFor();

  // The mail.
  const letter = await mailbox.next();
  assert.equal(letter.to, "media@example.com");
  assert.match(letter.subject, /action/i);
  assert.match(letter.text, /Please accept\./);
  const link = /https?:\/\/\S+invitations\?\S+/.exec(letter.text)?.[0] ?? "";
  assert.ok(link.startsWith(world.server.console), `the mail's link is ${link}`);

  // Stage 3: accept, in the other account.
  const mika = await world.person();
  await mika.page.goto(link);
  await mika.signIn({ email: "media@example.com" });
  await mika.sees("You have a membership invitation");
  await mika.sees("Please accept.");
  await mika.accessible("invitation, service off");
  await mika.press("Enable GuardDuty");
  await mika.sees(/Only one invitation can be accepted/);
  const accept = mika.page.getByLabel(`Accept the invitation of ${administrator}`);
  assert.equal(await accept.isChecked(), true, "the mail's invitation is marked");
  await mika.accessible("invitation");
  await mika.press("Accept invitation");
  await mika.sees("This account is a member account");
  await mika.link("Accounts");
  await mika.sees(new RegExp(`pushes its findings to account ${administrator}`));
  await mika.accessible("member");

  // Monitored, without loading the page again.
  await anna.row(member).getByText("Monitored").waitFor();
  await anna.row(member).getByText("Media", { exact: true }).waitFor();

  // From then on findings of the member are seen by both, and say whose they are.
  await mika.link("Findings");
  await mika.press("Generate sample findings");
  await mika.seesHeading(/^Findings \([1-9]/);
  await anna.link("Findings");
  await anna.row(member).first().waitFor();

  await anna.quiet();
  await mika.quiet();
});
