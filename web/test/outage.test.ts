// The server goes away and comes back, and is of another release then.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Person } from "./browser.ts";
import { timeout, World } from "./world.ts";

const world = new World(async (server) => {
  await server.account("111122223333", "Security", "security@example.com");
  await server.cli("account", "enable", "111122223333");
});

const refusals = [/net::ERR_/, /dynamically imported module/, /preload CSS/, /preload assets/];

const follow = ({ page }: Person, name: string) => page.getByRole("navigation", { name: "Side navigation" }).getByRole("link", { name, exact: true }).click();

test("an open page says that the server is away, and is as before once it is back", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/accounts");
  anna.expects(...refusals);
  await anna.sees("No member accounts");
  await anna.page.evaluate(() => Object.assign(window, { kept: true }));
  await world.server.halt();
  await anna.sees("The connection to the server is lost");
  await anna.accessible("lost");

  // What can't be read is told once, and read when it can be.
  await anna.page.evaluate(() => {
    const link = Object.assign(document.createElement("a"), { href: "/console/eu-west-1/accounts" });
    document.body.append(link);
    link.click();
    link.remove();
  });
  await anna.sees("The server can't be reached");
  assert.equal(await anna.page.getByText("The server can't be reached").filter({ visible: true }).count(), 1);
  await world.server.serve();
  await anna.sees("GuardDuty is off in eu-west-1");
  await anna.page.getByText("The connection to the server is lost").waitFor({ state: "detached" });
  assert.ok(await anna.page.evaluate(() => "kept" in window));
  await anna.quiet();
});

test("a server that is back but lets the page listen no more is not lost", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/accounts");
  anna.expects(/429/, ...refusals);
  await anna.sees("No member accounts");
  await world.server.halt();
  await anna.sees("The connection to the server is lost");
  await anna.page.route(/\/api\/events\?/, (route) => route.fulfill({ status: 429, json: { code: "ThrottlingException", message: "too many" } }));
  await world.server.serve();
  await anna.page.getByText("The connection to the server is lost").waitFor({ state: "detached" });
  await anna.quiet();
});

test("what comes too often is asked again", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/accounts");
  anna.expects(/429/);
  await anna.sees("No member accounts");
  for (const path of [/\/api\/session$/, /\/api\/permissions\?/])
    await anna.page.route(path, (route) => route.fulfill({ status: 429, json: { code: "ThrottlingException", message: "too often" } }), { times: 2 });
  await anna.page.reload();
  await anna.sees("No member accounts");
  await anna.page.getByRole("link", { name: "Add accounts" }).first().waitFor();
  await anna.quiet();
});

test("a page that could not be loaded says so, and is there once the server is", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/accounts");
  anna.expects(...refusals);
  await anna.sees("No member accounts");
  await world.server.halt();
  await follow(anna, "Lists");
  await anna.sees("The server can't be reached");
  await anna.accessible("no code");
  await anna.press("Try again");
  await follow(anna, "Accounts");
  await anna.seesHeading(/^Accounts/);
  await follow(anna, "Lists");
  await anna.sees("The server can't be reached");
  await world.server.serve();
  await anna.sees("IP address lists");
  await anna.quiet();
});

test("a page whose file another release replaced is loaded anew, once", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/accounts");
  anna.expects(/status of 404/, ...refusals);
  await anna.sees("No member accounts");
  const file = /\/assets\/Usage-[^/]*\.js/;
  const gone = (times?: number) => anna.page.route(file, (route) => route.fulfill({ status: 404 }), { times });
  await gone(1);
  await follow(anna, "Usage");
  await anna.seesHeading("Usage");

  await anna.open("us-east-1/accounts");
  await anna.sees("No member accounts");
  await gone();
  await follow(anna, "Usage");
  await anna.sees("This page couldn't be loaded");
  await anna.accessible("a page that isn't there");
  await anna.page.unroute(file);
  await anna.press("Try again");
  await anna.seesHeading("Usage");
  await anna.quiet();
});
