// Findings: filtered, archived, suppressed and explained; those of hostile records too, and for who may only read.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { launch, Person } from "./browser.ts";
import { Picket } from "./picket.ts";

const account = "111122223333";
const hostile = `<img src=x onerror="window.hacked=1">`;

let browser: Browser;
let server: Picket;
let logs: string;

before(async () => {
  [browser, server, logs] = await Promise.all([launch(), Picket.start(), mkdtemp(join(tmpdir(), "picket-logs-"))]);
  await server.account(account, "Security", "security@example.com");
  await server.user(account, "dana", "PicketFindingsAnalyst");
  await server.user(account, "fred", "AmazonGuardDutyFullAccess");
  await server.user(account, "rita", "AmazonGuardDutyReadOnlyAccess");
  await server.cli("account", "enable", account, "--regions", "all");
});

after(async () => {
  await browser?.close();
  await server?.stop();
  if (logs) await rm(logs, { recursive: true, force: true });
});

const timeout = 180_000;

async function signedIn(user: string, path = "us-east-1/findings", options: { width?: number; dark?: boolean } = {}): Promise<Person> {
  const person = await Person.open(browser, server.console, options);
  await person.open(path);
  await person.signIn(user ? { account, user } : { email: "security@example.com" });
  return person;
}

// ask types a condition into the filter, as one does by keyboard.
async function ask({ page }: Person, condition: string) {
  await page.getByLabel("Filter findings").fill(condition);
  await page.keyboard.press("Enter");
}

const rows = ({ page }: Person) => page.locator("tbody tr").filter({ has: page.getByRole("link") });

test("an empty table says the next step; samples are paged, sorted and filtered", { timeout }, async () => {
  const root = await signedIn("");
  await root.sees("No findings");
  await root.accessible("no findings");
  await root.press("Generate sample findings");
  await root.sees(/^\[SAMPLE\]/);
  await rows(root).nth(49).waitFor();
  assert.equal(await rows(root).count(), 50);
  await root.accessible("findings");

  const first = await rows(root).first().innerText();
  await root.press("Next page");
  await root.page.waitForFunction((text) => document.querySelector("tbody tr")?.textContent !== text, first);
  await root.press("Previous page");

  // The server sorts, by what the header says; the address keeps it.
  await root.page.getByRole("columnheader", { name: "Title and finding type" }).getByRole("button").first().focus();
  await root.page.keyboard.press("Enter");
  await root.page.waitForURL(/sort=type/);
  await root.sees(/^AttackSequence:/);

  await root.press(/^Low \(\d/);
  await root.page.waitForURL(/criteria=/);
  await root.page.waitForFunction(() => [...document.querySelectorAll("tbody tr")].every((r) => r.textContent?.includes("Low")));

  // What can't be asked for is told, not dropped in silence.
  await ask(root, "Count > 2.5");
  await root.sees(/“2.5” must be a whole number/);
  await ask(root, "Finding type = Stealth:IAMUser/CloudTrailLoggingDisabled");
  await root.page.waitForFunction(() => document.querySelectorAll("tbody tr a").length === 1);
  await root.accessible("a filter");

  // The address alone brings the same.
  await root.page.reload();
  await root.page.waitForFunction(() => document.querySelectorAll("tbody tr a").length === 1);
  await root.quiet();
});

test("a page's first rows ask for nothing twice, and wait for no count", { timeout }, async () => {
  const dana = await signedIn("dana");
  await rows(dana).first().waitFor();
  await dana.page.goto("about:blank");

  const asked: string[] = [];
  dana.page.on("request", (r) => {
    const [, call] = /\/console\/api\/(?:aws\/us-east-1\/)?([^?]*)/.exec(r.url()) ?? [];
    if (call) asked.push(call.replace(/[0-9a-f]{32}/, "ID"));
  });
  await dana.open("us-east-1/findings");
  await dana.page.getByRole("button", { name: /^Low \(\d/ }).waitFor();
  const calls = (what: string) => asked.filter((a) => a === what).length;
  for (const once of ["session", "permissions", "detector", "detector/ID/findings", "detector/ID/findings/get"]) assert.equal(calls(once), 1, `${once}: ${asked.join(", ")}`);
  assert.ok(asked.indexOf("detector/ID/findings/get") < asked.indexOf("detector/ID/findings/statistics"), asked.join(", "));
  await dana.quiet();
});

test("what is loading is never called empty", { timeout }, async () => {
  const dana = await signedIn("dana", "security");
  await dana.seesHeading("Sessions");
  await dana.page.route(/\/detector\/[0-9a-f]+\/findings$/, async (route) => {
    await new Promise((done) => setTimeout(done, 700));
    await route.continue();
  });
  await dana.page.evaluate(() => {
    const empty = () => document.querySelector("tbody")?.textContent?.includes("No findings") && Object.assign(window, { empty: true });
    new MutationObserver(empty).observe(document.body, { childList: true, subtree: true });
  });
  await dana.link("Findings");
  await rows(dana).nth(49).waitFor();
  const first = await rows(dana).first().innerText();
  await dana.press("Next page");
  await dana.page.waitForFunction((text) => document.querySelectorAll("tbody tr a").length > 1 && document.querySelector("tbody tr")?.textContent !== text, first);
  await dana.press(/^Low \(\d/);
  await dana.page.waitForFunction(() => document.querySelectorAll("tbody tr a").length > 1 && [...document.querySelectorAll("tbody tr")].every((r) => r.textContent?.includes("Low")));
  assert.equal(await dana.page.evaluate(() => "empty" in window), false);
  await dana.quiet();
});

test("an address of what there isn't shows what there is, and names what it left out", { timeout }, async () => {
  const dana = await signedIn("dana", `us-east-1/findings?sort=evil&criteria=${encodeURIComponent('{"evil":{"equals":["1"]}}')}`);
  await rows(dana).nth(49).waitFor();
  await dana.sees("evil: findings can't be asked for this so.");
  await dana.press(/^Low \(\d/);
  await dana.page.getByText("evil: findings").waitFor({ state: "detached" });
  await dana.quiet();
});

test("an attribute is asked for by its path as by its name", { timeout }, async () => {
  const dana = await signedIn("dana");
  await rows(dana).first().waitFor();
  await ask(dana, "resource.instanceDetails.instanceType = no-such");
  await dana.sees("No findings match");
  await dana.sees("Instance: type = no-such");
  await ask(dana, "Instance: platform = none");
  await dana.page.waitForURL(/instanceDetails\.platform/);
  await dana.page.getByLabel("Filter findings").fill("resource.resourceType = ");
  await dana.page.getByRole("option", { name: /S3Bucket/ }).waitFor(); // once, though the name has the value too
  await dana.quiet();
});

test("findings are archived, judged and suppressed", { timeout }, async () => {
  const dana = await signedIn("dana");
  await rows(dana).first().waitFor();
  await ask(dana, "Finding type = Trojan:EC2/DNSDataExfiltration");
  await dana.page.waitForFunction(() => document.querySelectorAll("tbody tr a").length === 1);
  await dana.page.getByRole("checkbox", { name: /^Select \[SAMPLE\]/ }).check();
  await dana.press("Actions");
  await dana.page.getByRole("menuitem", { name: "Archive", exact: true }).click();
  await dana.sees("1 finding is archived.");
  await dana.sees("No findings match");

  await dana.page.getByRole("button", { name: "Archived", exact: true }).click();
  await rows(dana).first().waitFor();
  await dana.link(/^\[SAMPLE\]/);
  await dana.press("Unarchive");
  await dana.sees("1 finding is current again.");
  await dana.page.getByRole("button", { name: "Current", exact: true }).click();
  await rows(dana).first().waitFor();
  await dana.press("Useful");
  await dana.sees("Your feedback is kept with the finding.");
  await dana.page.getByRole("button", { name: "Useful", pressed: true }).waitFor();
  await dana.press("View JSON");
  const [file] = await Promise.all([dana.page.waitForEvent("download"), dana.press("Download")]);
  assert.match(file.suggestedFilename(), /^finding-[0-9a-f]{32}\.json$/);
  await dana.accessible("JSON");
  await dana.page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).last().click();

  // A suppression rule, told before what it would have archived.
  await dana.press("More about the filter");
  await dana.page.getByRole("menuitem", { name: "Create suppression rule" }).click();
  await dana.sees(/It would have archived 1 of the \d+ current findings/);
  await dana.accessible("suppression rule");
  await dana.page.getByRole("textbox", { name: "Name", exact: true }).fill("no good");
  await dana.press("Create");
  await dana.sees("Only letters, digits, dots, underscores and hyphens.");
  await dana.page.getByRole("textbox", { name: "Name", exact: true }).fill("tunnels");
  await dana.page.getByRole("checkbox", { name: /matches now as well/ }).check();
  await dana.press("Create");
  await dana.sees("The suppression rule tunnels is created.");
  await dana.sees("No findings match");

  // Saved filters are asked for again.
  await dana.press("Clear filter");
  await rows(dana).first().waitFor();
  await dana.press(/^Saved filters/);
  await dana.page.getByRole("option", { name: "tunnels" }).click();
  await dana.sees("No findings match");
  await dana.quiet();
});

test("a comment stays with other feedback, and in its dialog while it is refused", { timeout }, async () => {
  const portscan = `us-east-1/findings?criteria=${encodeURIComponent('{"type":{"equals":["Recon:EC2/Portscan"]}}')}`;
  const dana = await signedIn("dana", portscan);
  await dana.link(/^\[SAMPLE\]/);
  await dana.press("Useful");
  await dana.press("Add comment");
  const dialog = dana.page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("our scanner");
  dana.expects(/status of 400/);
  const body = JSON.stringify({ message: "Broken off." });
  await dana.page.route(/\/findings\/feedback$/, (route) => route.fulfill({ status: 400, contentType: "application/json", body }), { times: 1 });
  await dana.press("Save");
  await dialog.getByText("Broken off.").waitFor();
  assert.equal(await dialog.getByRole("textbox").inputValue(), "our scanner");
  await dana.press("Save");
  await dialog.waitFor({ state: "detached" });
  await dana.sees("our scanner");
  await dana.press("Not useful");
  await dana.page.getByRole("button", { name: "Not useful", pressed: true }).waitFor();
  await dana.sees("our scanner");

  // Who may not see it changes feedback alone.
  const fred = await signedIn("fred", portscan);
  await fred.link(/^\[SAMPLE\]/);
  await fred.press("Useful");
  await fred.page.getByRole("button", { name: "Useful", exact: true, pressed: true }).waitFor();
  assert.equal(await fred.page.getByRole("button", { name: /comment$/ }).count(), 0);
  await fred.quiet();
  await dana.page.reload();
  await dana.page.getByRole("button", { name: "Useful", exact: true, pressed: true }).waitFor();
  await dana.sees("our scanner");
  await dana.quiet();
});

test("a finding tells the records behind it, and hostile ones are text", { timeout }, async () => {
  const dana = await signedIn("dana");
  await rows(dana).first().waitFor();
  await writeTrail("stops", [{ eventSource: "cloudtrail.amazonaws.com", eventName: "StopLogging", requestParameters: { name: hostile } }]);
  await server.cli("source", "add", "trail", join(logs, "stops"));

  // It comes by itself, and is marked.
  const row = dana.page.getByRole("row").filter({ hasText: hostile });
  await row.waitFor();
  await row.getByText("New", { exact: true }).waitFor();

  // By keyboard: the link has the focus, Enter opens the finding.
  await row.getByRole("link").focus();
  await dana.page.keyboard.press("Enter");
  await dana.page.waitForURL(/findings\/[0-9a-f]{32}/);
  await dana.sees("Why: the records behind it");
  await dana.sees("One log record raised it.");
  await dana.sees(/"eventName": "StopLogging"/);
  await dana.sees("What to do.");
  await dana.accessible("a finding");
  assert.equal(await dana.page.locator("img[src=x]").count(), 0);

  // A value becomes a condition.
  await dana.page.getByRole("button", { name: `Only findings with User name ${hostile}` }).click();
  await dana.page.waitForFunction(() => document.querySelectorAll("tbody tr a").length === 1);
  await dana.page.getByRole("button", { name: `No findings with User name ${hostile}` }).click();
  await row.waitFor({ state: "detached" });

  // The address of a finding leads to it; closing leaves the table.
  await dana.page.reload();
  await dana.sees("Why: the records behind it");
  await dana.page.getByRole("button", { name: "Close panel" }).click();
  await dana.page.waitForURL(/findings(\?|$)/);
  assert.equal(await dana.page.evaluate(() => "hacked" in window), false);
  await dana.quiet();
});

test("a finding tells what its records crossed", { timeout }, async () => {
  const secrets = Array.from({ length: 17 }, (_, i) => ({ eventSource: "secretsmanager.amazonaws.com", eventName: "GetSecretValue", requestParameters: { secretId: `db-${i}` } }));
  await writeTrail("secrets", secrets);
  await server.cli("source", "add", "secrets", join(logs, "secrets"));
  const dana = await signedIn("dana", `us-east-1/findings?criteria=${encodeURIComponent('{"type":{"equals":["CredentialAccess:IAMUser/ManySecretsRead"]}}')}`);
  await dana.page.getByRole("row").filter({ hasText: hostile }).getByRole("link").click();
  await dana.sees("What they crossed");
  await dana.sees(/^OneByOne: \d+ distinct values were seen in the 10 minutes from Jan\s5,\s2026, 07:10:00\sUTC; 15 are enough\.$/);
  await dana.accessible("what was crossed");
  await dana.quiet();
});

test("who may only read sees no forbidden button", { timeout }, async () => {
  const rita = await signedIn("rita");
  await rita.link(/^\[SAMPLE\]/);
  await rita.sees(/You aren't allowed to see the log records/);
  for (const name of ["Archive", "Useful", "Not useful"]) assert.equal(await rita.page.getByRole("button", { name, exact: true }).count(), 0, name);
  await rita.page.getByRole("checkbox", { name: /^Select \[SAMPLE\]/ }).first().check();
  await rita.press("Actions");
  assert.deepEqual(await rita.page.getByRole("menuitem").allInnerTexts(), ["View JSON"]);
  await rita.quiet();
});

for (const dark of [false, true]) {
  test(`on a phone, ${dark ? "dark" : "light"}`, { timeout }, async () => {
    const dana = await signedIn("dana", "us-east-1/findings", { width: 390, dark });
    await rows(dana).first().waitFor();
    await dana.accessible("findings on a phone");
    await dana.link(/^\[SAMPLE\]/);
    await dana.sees("Resource affected");
    await dana.accessible("a finding on a phone");
    assert.ok(await dana.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the phone");
    await dana.quiet();
  });
}

// writeTrail writes a log file of what somebody with a hostile name did within minutes.
async function writeTrail(under: string, calls: { eventSource: string; eventName: string; requestParameters: unknown }[]) {
  const folder = join(logs, under, "AWSLogs", account, "CloudTrail", "us-east-1", "2026", "01", "05");
  await mkdir(folder, { recursive: true });
  const arn = `arn:aws:iam::${account}:user/x`;
  const records = calls.map((call, i) => ({
    eventVersion: "1.11",
    eventID: `6a9d0c1e-${under}-${i}`,
    eventTime: `2026-01-05T07:10:${String(17 + i).padStart(2, "0")}Z`,
    awsRegion: "us-east-1",
    recipientAccountId: account,
    sourceIPAddress: "198.51.100.7",
    userAgent: hostile,
    eventType: "AwsApiCall",
    eventCategory: "Management",
    userIdentity: { type: "IAMUser", principalId: "AIDAEXAMPLE1", arn, accountId: account, accessKeyId: "AKIAEXAMPLE1", userName: hostile },
    ...call,
  }));
  const name = `${account}_CloudTrail_us-east-1_20260105T0715Z_lUKdO0YwyyR40SBp.json.gz`;
  await writeFile(join(folder, name), gzipSync(JSON.stringify({ Records: records })));
}
