// The lecture's flow without a mouse.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Person } from "./browser.ts";
import { enter, tabTo, write } from "./keyboard.ts";
import { Mailbox } from "./mailbox.ts";
import { password } from "./picket.ts";
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

// atKeyboard is somebody whose mouse is noticed.
async function atKeyboard(path = "") {
  const person = await world.person();
  await person.page.addInitScript(() =>
    addEventListener(
      "pointerdown",
      () => {
        throw new Error("the mouse was used");
      },
      true,
    ),
  );
  await person.open(path);
  return person;
}

async function signIn(person: Person, email: string) {
  const { page } = person;
  await tabTo(person, page.getByRole("radio", { name: "User", exact: true }));
  await page.keyboard.press("ArrowRight");
  await write(person, page.getByRole("textbox", { name: "E-mail address" }), email);
  await write(person, page.getByLabel("Password", { exact: true }), password);
  await page.keyboard.press("Enter");
}

test("an account is added, invited, and accepts, without a mouse", { timeout }, async () => {
  const anna = await atKeyboard();
  await signIn(anna, "security@example.com");
  const button = (person: Person, name: string) => person.page.getByRole("button", { name, exact: true });
  const link = (person: Person, name: string) => person.page.getByRole("link", { name, exact: true }).first();

  await enter(anna, link(anna, "Accounts"));
  await enter(anna, button(anna, "Enable GuardDuty"));
  await enter(anna, link(anna, "Add accounts"));
  await write(anna, anna.page.getByRole("textbox", { name: "Account ID" }), member);
  await write(anna, anna.page.getByRole("textbox", { name: "E-mail address" }), "media@example.com");
  await anna.page.keyboard.press("Enter");
  await anna.row(member).waitFor();
  await enter(anna, button(anna, "Next"));
  await anna.sees(/must first accept your invitation/);

  await enter(anna, anna.page.getByLabel(`Invite ${member}`));
  await anna.sees("Invitation to GuardDuty");
  await write(anna, anna.page.getByRole("textbox", { name: "Message" }), "Please accept.");
  await enter(anna, button(anna, "Send invitation"));
  await anna.row(member).getByText("Pending").waitFor();

  const letter = await mailbox.next();
  const address = /https?:\/\/\S+invitations\?\S+/.exec(letter.text)?.[0] ?? "";
  const mika = await atKeyboard(address.replace(world.server.console, ""));
  await signIn(mika, "media@example.com");
  await enter(mika, button(mika, "Enable GuardDuty"));
  await mika.sees(/Only one invitation can be accepted/);
  const accept = mika.page.getByLabel(`Accept the invitation of ${administrator}`);
  await tabTo(mika, accept);
  await mika.page.keyboard.press("Space"); // the mail's link switched it on
  assert.equal(await accept.isChecked(), false);
  await mika.page.keyboard.press("Space");
  await enter(mika, button(mika, "Accept invitation"));
  await mika.sees("This account is a member account");
  await anna.row(member).getByText("Monitored").waitFor();
  await anna.quiet();
  await mika.quiet();
});
