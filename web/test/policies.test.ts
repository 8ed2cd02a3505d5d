// Who has one of the policies that come with the server: each page that is offered can be used, and asks for nothing that is refused.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import type { Person } from "./browser.ts";
import { timeout, World } from "./world.ts";

const account = "111122223333";
const policies = (await readdir(new URL("../../access/managed", import.meta.url))).map((file) => file.replace(".json", ""));

const world = new World(async (server) => {
  await server.account(account, "Security", "security@example.com");
  await server.cli("account", "enable", account);
  for (const policy of policies) await server.user(account, policy, policy);
});

const links = ({ page }: Person) => page.getByRole("navigation", { name: "Side navigation" }).getByRole("listitem").getByRole("link");

async function works(person: Person, path: string, policy: string) {
  const { page } = person;
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForLoadState("networkidle");
  assert.equal(await page.getByText("You aren't allowed to do this").count(), 0, `${policy}: ${path}`);
}

for (const policy of policies)
  test(`every page that is offered works with ${policy}`, { timeout }, async () => {
    const person = await world.signedIn({ account, user: policy }, "us-east-1/summary");
    await links(person).first().waitFor();
    const paths = await links(person).evaluateAll((all) => all.map((a) => new URL((a as HTMLAnchorElement).href).pathname.replace("/console/", "")));
    for (const path of paths) {
      await person.open(path);
      await works(person, path, policy);
    }
    await person.quiet();
  });

test("the page of accounts says what it shows to whom where it shows none, and is offered only to who may see something", { timeout }, async () => {
  const ivan = await world.signedIn({ account, user: "PicketInvitationHandler" }, "us-east-1/accounts");
  await ivan.seesHeading("Accounts");
  await ivan.sees(/No administrator looks after this account's findings in this Region/);
  await ivan.accessible("accounts, without a list");
  await ivan.quiet();

  const lena = await world.signedIn({ account, user: "PicketListManager" }, "us-east-1/lists");
  await links(lena).getByText("Lists").waitFor();
  assert.equal(await links(lena).getByText("Accounts").count(), 0);
  await lena.open("us-east-1/accounts");
  await lena.sees("This page needs the permission guardduty:ListMembers or guardduty:GetAdministratorAccount.");
  await lena.quiet();
});
