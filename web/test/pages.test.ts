// What holds for every page: it fits wide and narrow screens, light and dark, axe finds nothing serious, and the keyboard is enough.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Person } from "./browser.ts";
import { walk } from "./keyboard.ts";
import { timeout, World } from "./world.ts";

const account = "111122223333";
const member = "222233334444";
const here = "us-east-1/";

const pages = [
  ...["summary", "findings", "usage", "accounts", "accounts/add", `accounts/${member}`, "invitations"],
  ...["settings", "lists", "lists?tab=entities", "filters", "filters/create", "rules"],
  ...["coverage", "audit", "users", "users?tab=roles", "users?tab=policies", "users?tab=keys"],
  ...["sources", "sources/add", "quarantine", "destinations"],
].map((path) => here + path);
pages.push("security", `${here}nowhere`);

const world = new World(async (server) => {
  await server.account(account, "Security", "security@example.com", "--operator");
  await server.account(member, "Media", "media@example.com");
  for (const id of [account, member]) await server.cli("account", "enable", id);
  await server.cli("member", "add", member, "media@example.com", "--account", account);
  await server.cli("member", "invite", member, "--account", account);
  await server.cli("invitation", "accept", account, "--account", member);
});

// at opens a page and waits for all that it reads.
async function at(person: Person, path: string) {
  await person.open(path);
  await person.page.getByRole("heading", { level: 1 }).waitFor();
  await person.page.waitForLoadState("networkidle");
}

test("no page of the navigation is missing here", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", `${here}summary`);
  const links = anna.page.getByRole("navigation", { name: "Side navigation" }).getByRole("link");
  await links.getByText("Destinations").waitFor();
  const paths = await links.evaluateAll((all) => all.map((a) => new URL((a as HTMLAnchorElement).href).pathname.replace("/console/", "")));
  assert.deepEqual(paths.filter((path) => !pages.includes(path)), []);
  await anna.quiet();
});

for (const look of [{ width: 1280 }, { width: 390, dark: true }])
  test(`every page fits ${look.width} px and is accessible`, { timeout }, async () => {
    const anna = await world.signedIn("security@example.com", `${here}summary`, look);
    for (const path of pages) {
      await at(anna, path);
      await anna.accessible(`${path}, ${look.width} px`);
      assert.ok(await anna.fits(), `${path} is wider than ${look.width} px`);
    }
    await anna.quiet();
  });

test("every page is walked through by Tab", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", `${here}summary`);
  for (const path of pages) {
    await at(anna, path);
    assert.deepEqual(await walk(anna), { unreached: [], unseen: [] }, path);
  }
  await anna.quiet();
});

test("the side navigation comes back with the room for it, unless a person closed it", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", `${here}summary`);
  const { page } = anna;
  const link = page.getByRole("navigation", { name: "Side navigation" }).getByRole("link", { name: "Findings", exact: true });
  const resize = (width: number) => page.setViewportSize({ width, height: 900 });
  await link.waitFor();
  await resize(390);
  await link.waitFor({ state: "hidden" });
  await page.reload();
  await anna.seesHeading("Summary");
  await resize(1280);
  await link.waitFor();
  await page.reload();
  await link.waitFor();

  await anna.press("Close side navigation");
  await link.waitFor({ state: "hidden" });
  await resize(390);
  await resize(1280);
  await page.reload();
  await anna.seesHeading("Summary");
  assert.equal(await link.isVisible(), false);
  await anna.quiet();
});
