// The summary: first steps where there is nothing, then numbers that lead to their findings, of one region and of all.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Request } from "playwright-core";
import type { Person } from "./browser.ts";
import { timeout, World } from "./world.ts";

const account = "111122223333";
const widgets = ["Overview", /^Findings$/, "Findings by severity", "Most common finding types", "Accounts with most findings", "Least occurring findings", "Resources with findings", "Coverage"];

const world = new World(async (server) => {
  await server.account(account, "Security", "security@example.com", "--operator");
  await server.user(account, "rita", "AmazonGuardDutyReadOnlyAccess");
});

test("first steps lead to findings, and numbers lead to them", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com");
  const { page } = anna;
  await anna.seesHeading("Summary");
  await anna.seesHeading("First steps");
  await anna.accessible("first steps");
  await anna.press("Enable GuardDuty");
  for (const link of ["Add a source", "Add accounts"]) await page.getByRole("link", { name: link }).waitFor();
  await anna.press("Generate sample findings");
  await anna.sees("The sample findings are there.");
  await page.getByRole("heading", { name: "First steps" }).waitFor({ state: "detached" });

  for (const title of widgets) await anna.seesHeading(title);
  const total = await number(anna, "Findings");
  assert.ok(total > 100, `${total} findings`);
  await anna.accessible("summary");

  // A number leads to as many findings as it says.
  const severe = await number(anna, "Critical and High");
  assert.ok(severe > 0 && severe < total, `${severe} of ${total}`);
  await value(anna, "Critical and High").getByRole("link").click();
  await page.waitForURL(/\/findings\?criteria=/);
  await page.getByRole("heading", { name: `(${severe})` }).first().waitFor();
  await page.goBack();

  // The worst findings, or only attack sequences, each a link to itself.
  const worst = page.getByRole("table", { name: "Most severe findings" }).locator("tbody tr");
  await worst.nth(7).waitFor();
  assert.equal(await worst.count(), 8);
  assert.match(await worst.first().innerText(), /^Critical\s+\[SAMPLE\]/);
  await page.getByLabel("Top attack sequences only").click({ force: true });
  await worst.nth(5).waitFor({ state: "detached" });
  const link = worst.getByRole("link").first();
  const title = await link.innerText();
  assert.equal(await worst.count(), 5);
  await link.click();
  await page.waitForURL(/\/us-east-1\/findings\/[0-9a-f]+$/);
  await anna.seesHeading(title);
  await page.goBack();
  await anna.seesHeading("Summary");
  const severities = page.getByRole("button", { name: "Severity: Accounts with most findings" });
  assert.match(await severities.innerText(), /High/);
  await page.getByRole("link", { name: "Configure" }).waitFor();

  // The period and the severity.
  await page.getByRole("button", { name: "Last 7 days" }).click();
  await page.waitForURL(/days=7/);
  await anna.sees("Before: as much of the 7 days before.");
  assert.equal(await number(anna, "Findings"), total);

  // All regions are added up, and each is still led to.
  await page.goto(`${world.server.console}eu-west-1/summary`);
  await anna.press("Enable GuardDuty");
  await anna.press("Generate sample findings");
  await page.getByRole("heading", { name: "First steps" }).waitFor({ state: "detached" });
  await page.getByRole("switch", { name: "All Regions" }).or(page.getByLabel("All Regions")).first().click({ force: true });
  await page.waitForURL(/regions=all/);
  await worst.filter({ hasText: "eu-west-1" }).first().waitFor();
  await worst.filter({ hasText: "us-east-1" }).first().waitFor();
  await value(anna, "Findings").getByRole("button", { name: (2 * total).toLocaleString("en") }).click();
  await page.getByRole("link", { name: `us-east-1: ${total.toLocaleString("en")}` }).click();
  await page.waitForURL(/us-east-1\/findings\?criteria=/);
  await anna.quiet();
});

// value is what stands beside a label of the overview.
const value = ({ page }: Person, label: string) => page.getByRole("group", { name: label, exact: true });

async function number(person: Person, label: string): Promise<number> {
  const text = value(person, label).getByRole("link").or(value(person, label).getByRole("button")).first();
  return Number((await text.innerText()).replaceAll(",", "").replace("+", ""));
}

test("who may only read has numbers and no first steps to take, on a phone and in the dark too", { timeout }, async () => {
  const rita = await world.signedIn({ account, user: "rita" }, "us-east-1/summary", { width: 390, dark: true });
  for (const title of widgets) await rita.seesHeading(title);
  assert.equal(await rita.page.getByRole("button", { name: "Generate sample findings" }).count(), 0);
  const over = await rita.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `the page is ${over} px too wide`);
  await rita.quiet();
});

// A browser opens six connections to a server, so that more windows would hang than have streams to themselves.
test("a window has one stream for all its Regions, and none while it is hidden", { timeout }, async () => {
  const anna = await world.person("us-east-1/summary?regions=all");
  const streams = new Set<Request>();
  let look = () => {};
  const note = (change: (r: Request) => unknown) => (r: Request) => {
    if (!r.url().includes("/api/events")) return;
    change(r);
    look();
  };
  const context = anna.page.context();
  context.on("request", note((r) => streams.add(r)));
  context.on("requestfailed", note((r) => streams.delete(r)));
  const listening = (...who: Person[]) =>
    new Promise<void>((done) => {
      look = () => {
        const pages = [...streams].filter((r) => /us-east-1/.test(r.url()) && /eu-west-1/.test(r.url())).map((r) => r.frame().page());
        if (streams.size === who.length && who.every(({ page }) => pages.includes(page))) done();
      };
      look();
    });

  await anna.signIn({ email: "security@example.com" });
  await listening(anna);
  const second = await anna.tab("us-east-1/summary?regions=all");
  await listening(anna, second);
  await hide(anna, true);
  await listening(second);
  await hide(second, true);
  await hide(anna, false);
  await listening(anna);
  await second.quiet();
});

test("what changes while a window goes from one stream to another is shown", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com");
  const { page } = anna;
  await anna.seesHeading("Overview");
  for (const name of ["Findings", "Summary"]) {
    await page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
    await anna.seesHeading(new RegExp(`^${name}`));
  }
  await anna.seesHeading("Overview"); // its parts listen to a stream that is open
  const detector = `detector/${await anna.detector()}`;
  let asked = () => {};
  const asking = new Promise<void>((done) => (asked = done));
  await page.route(/api\/events\?region=[\w-]+&region=/, async (route) => {
    asked();
    assert.equal(await anna.call("POST", detector, { enable: false }), 200);
    await route.continue();
  });
  await page.getByRole("switch", { name: "All Regions" }).or(page.getByLabel("All Regions")).first().click({ force: true });
  await asking;
  await anna.sees("GuardDuty is suspended in us-east-1");
  assert.equal(await anna.call("POST", detector, { enable: true }), 200);
  await anna.quiet();
});

const hide = ({ page }: Person, hidden: boolean) =>
  page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
