// Findings worked through at the keyboard alone: the focus is always somewhere, and where it is can be seen.

import assert from "node:assert/strict";
import { test } from "node:test";
import { arrowTo, atKeyboard, enter, seen, signInAt, tabBackTo, tabTo, walk } from "./keyboard.ts";
import { timeout, World } from "./world.ts";

const account = "111122223333";

const world = new World(async (server) => {
  await server.account(account, "Security", "security@example.com");
  await server.cli("account", "enable", account);
});

test("findings are filtered, opened, read and archived without a mouse", { timeout }, async () => {
  const anna = await atKeyboard(world);
  await signInAt(anna, "security@example.com");
  const { page } = anna;
  const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
  const rows = page.locator("tbody tr").filter({ has: page.getByRole("link") });
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
  await enter(anna, page.getByRole("link", { name: "Findings", exact: true }).first());

  // The button goes away with what it made.
  await enter(anna, button("Generate sample findings"));
  await rows.nth(49).waitFor();
  await seen(anna, "samples");

  // The filter offers what there is; arrows choose.
  const filter = page.getByLabel("Filter findings");
  await tabBackTo(anna, filter);
  const choose = async (option: string | RegExp, place: number) => {
    await page.getByRole("option", { name: option }).first().waitFor();
    for (let i = 0; i < place; i++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
  };
  await page.keyboard.type("Finding ty");
  await choose("Finding type", 1);
  await choose("Finding type !=", 1);
  await choose(/^Finding type = \w+:/, 2); // the first is what was typed
  await page.waitForFunction(() => document.querySelectorAll("tbody tr a").length === 1);
  await seen(anna, "filtered");
  assert.equal(await filter.evaluate((e) => e === document.activeElement), true);

  // A finding takes the keyboard with it; its sections open and close.
  const title = await rows.first().getByRole("link").innerText();
  await enter(anna, rows.first().getByRole("link"));
  const panel = page.getByRole("region", { name: title });
  await panel.getByText("Resource affected").waitFor();
  await seen(anna, "opened");
  assert.equal(await panel.evaluate((e) => e.contains(document.activeElement)), true, "the panel has the focus");
  const why = panel.getByRole("button", { name: "Why: the records behind it" });
  await tabTo(anna, why);
  await page.keyboard.press("Enter");
  await panel.getByText(/A sample/).waitFor({ state: "hidden" });
  await page.keyboard.press("Enter");
  await seen(anna, "a section");
  await tabBackTo(anna, panel.getByRole("button", { name: "Archive", exact: true }));
  await page.keyboard.press("Enter");
  await anna.sees("1 finding is archived.");
  await panel.getByRole("button", { name: "Unarchive", exact: true }).waitFor();
  await seen(anna, "archived");

  // Its row is gone: the keyboard is at what stays of the table. Closing another goes back to its row.
  await tabBackTo(anna, panel.getByRole("button", { name: "Close panel" }));
  await page.keyboard.press("Enter");
  await panel.waitFor({ state: "detached" });
  await seen(anna, "closed");
  await tabTo(anna, button("Clear filter").last());
  await page.keyboard.press("Enter");
  await rows.nth(1).waitFor();
  await seen(anna, "no filter");
  const last = await rows.first().getByRole("link").innerText();
  await enter(anna, rows.first().getByRole("link"));
  await page.getByRole("region", { name: last }).waitFor();
  await tabTo(anna, button("Close panel"));
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: last }).waitFor({ state: "detached" });
  assert.equal(await focused(), last, "the focus goes back to the row");

  // Selected, and archived by the menu.
  await tabBackTo(anna, rows.first().getByRole("checkbox"));
  await page.keyboard.press("Space");
  await tabTo(anna, rows.nth(1).getByRole("checkbox"));
  await page.keyboard.press("Space");
  await tabBackTo(anna, button("Actions"));
  await page.keyboard.press("Enter");
  await arrowTo(anna, page.getByRole("menuitem", { name: "Archive", exact: true }));
  await page.keyboard.press("Enter");
  await anna.sees("2 findings are archived.");
  await seen(anna, "archived from the table");
  await anna.quiet();
});

test("Tab goes through the table and an opened finding", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/findings?criteria=" + encodeURIComponent('{"type":{"equals":["Recon:EC2/Portscan"]}}'));
  await anna.link(/^\[SAMPLE\]/);
  await anna.sees("Resource affected");
  assert.deepEqual(await walk(anna), { unreached: [], unseen: [] });
  await anna.quiet();
});
