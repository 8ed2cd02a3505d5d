// The lecture's flow without a mouse, and dialogs: they take the focus, keep it, close with Escape, and give it back.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Person } from "./browser.ts";
import { arrowTo, atKeyboard, enter, seen, signInAt, tabTo, write } from "./keyboard.ts";
import { Mailbox } from "./mailbox.ts";
import { timeout, World } from "./world.ts";

const administrator = "111122223333";
const member = "222233334444";
const other = "333344445555";

let mailbox: Mailbox;
let logs: string;
const world = new World(
  async (server) => {
    await server.account(administrator, "Security", "security@example.com");
    await server.account(member, "Media", "media@example.com");
    await server.account(other, "Other", "other@example.com", "--operator");
    await server.user(other, "rita", "AmazonGuardDutyReadOnlyAccess");
    await server.cli("account", "enable", other);
    await server.cli("member", "add", member, "media@example.com", "--account", other);
    logs = await mkdtemp(join(tmpdir(), "picket-logs-"));
    await server.cli("source", "add", "here", logs);
  },
  async () => (mailbox = await Mailbox.open()).config,
  () => {
    mailbox.close();
    return logs && rm(logs, { recursive: true, force: true });
  },
);

test("an account is added, invited, and accepts, without a mouse", { timeout }, async () => {
  const anna = await atKeyboard(world);
  await signInAt(anna, "security@example.com");
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
  const mika = await atKeyboard(world, address.replace(world.server.console, ""));
  await signInAt(mika, "media@example.com");
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

test("dialogs take the focus, keep it, and give it back", { timeout: 2 * timeout }, async () => {
  const hal = await atKeyboard(world);
  await signInAt(hal, "other@example.com");
  await hal.seesHeading("Summary");
  const { page } = hal;

  // dialog opens one from a page: by a button, or by a choice in the menu that the button opens.
  const dialog = async (path: string, name: string | RegExp, choice?: string) => {
    await hal.open(`us-east-1/${path}`);
    const opener = page.getByRole("button", { name, exact: typeof name === "string" }).or(page.getByRole("link", { name, exact: true })).first();
    await opener.waitFor();
    await enter(hal, opener);
    if (choice) {
      await page.getByRole("menuitem", { name: choice, exact: true }).waitFor();
      await arrowTo(hal, page.getByRole("menuitem", { name: choice, exact: true }));
      await page.keyboard.press("Enter");
    }
    const where = `${path}: ${choice ?? name}`;
    const shown = page.getByRole("dialog");
    await shown.waitFor();
    const inside = () => shown.evaluate((e) => e.contains(document.activeElement));
    for (let i = 0; i < 20; i++) {
      assert.ok(await inside(), `${where}: the focus is in the dialog after ${i} times Tab`);
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Escape");
    await shown.waitFor({ state: "detached" });
    assert.ok(await opener.evaluate((e) => e === document.activeElement), `${where}: the focus goes back`);
  };
  await dialog("accounts", `Invite ${member}`);
  await dialog(`accounts/${member}`, "Change e-mail");
  await dialog(`accounts/${member}`, "Actions", "Delete account");
  await dialog("lists", "Add a threat list");
  await dialog("settings", "Configure now");
  await dialog("settings", "Suspend GuardDuty");
  await dialog("settings", "Disable GuardDuty");
  await dialog("users", "Create user");
  await dialog("users", "Actions for rita", "Change policies");
  await dialog("users?tab=roles", "Create role");
  await dialog("users?tab=policies", "Create policy");
  await dialog("users?tab=keys", "Create access key");
  await dialog("sources", "Actions for here", "Pause");
  await dialog("sources", "Actions for here", "Test");
  await hal.quiet();
});

test("a dialog whose opener goes away with what it deletes leaves the focus near", { timeout }, async () => {
  const hal = await atKeyboard(world, "us-east-1/users");
  await signInAt(hal, "other@example.com");
  const { page } = hal;
  await enter(hal, page.getByRole("button", { name: "Actions for rita" }));
  await arrowTo(hal, page.getByRole("menuitem", { name: "Delete", exact: true }));
  await page.keyboard.press("Enter");
  await enter(hal, page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }));
  await hal.row("rita").waitFor({ state: "detached" });
  await seen(hal, "deleted");
  await hal.quiet();
});
