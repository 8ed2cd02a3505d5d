// Sources, what could not be read, destinations: for whoever looks after the server.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Person } from "./browser.ts";
import { timeout, World } from "./world.ts";

const account = "111122223333";
const other = "444455556666";
const hostile = "<img src=x onerror=window.hacked=1>";

let logs: string;
const world = new World(
  async (server) => {
    await server.account(account, "Security", "security@example.com", "--operator");
    await server.account(other, "Media", "media@example.com");
    await mkdir(join(logs, "bad"));
    await writeFile(join(logs, "bad", "broken.json"), JSON.stringify({ Records: [{ eventVersion: "1.08", awsRegion: hostile }] }));
  },
  async () => {
    logs = await mkdtemp(join(tmpdir(), "picket-logs-"));
    return { "console-sources": { folders: [logs] } };
  },
  () => logs && rm(logs, { recursive: true, force: true }),
);

async function choose({ page }: Person, of: string, action: string) {
  await page.getByRole("button", { name: `Actions for ${of}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

test("a source is added, tested, paused and removed; its broken record is shown, read again and forgotten", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/sources");
  const { page } = anna;
  await anna.sees("No sources yet");
  await anna.accessible("no sources");
  await anna.link("Add source");
  await anna.press("Add source");
  await anna.sees(/Write lowercase letters, digits and dashes/);
  await anna.accessible("add source");
  await page.getByRole("textbox", { name: "Name" }).fill("bad");
  await page.getByRole("textbox", { name: "Folder" }).fill(join(logs, "bad"));
  await anna.press("Add source");
  await anna.sees("Source bad is added.");
  await anna.row(join(logs, "bad")).waitFor();
  await anna.accessible("sources");

  await choose(anna, "bad", "Test");
  await anna.sees(/The marked record was stored .* after it was put there/);
  await anna.accessible("test");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();

  await choose(anna, "bad", "Pause");
  await anna.sees(/What comes meanwhile is read then/);
  await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
  await anna.row("bad").getByText("Paused").waitFor();

  // What could not be read is there as soon as the folder was looked through.
  await anna.open("us-east-1/quarantine");
  await unread(anna);
  await anna.accessible("quarantine");
  await anna.row("broken.json").getByRole("button").click();
  await anna.sees("It begins with");
  await anna.sees(new RegExp(hostile));
  await anna.accessible("one that could not be read");
  assert.equal(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked), undefined);
  await anna.row("broken.json").getByRole("checkbox").check({ force: true });
  await anna.press("Read again");
  await anna.sees(/what still can't be read comes back/);
  await page.getByRole("dialog").getByRole("button", { name: "Read again" }).click();
  await anna.sees("1 place goes to the log again.");
  await unread(anna);
  await anna.row("broken.json").getByRole("checkbox").check({ force: true });
  await anna.press("Forget");
  await page.getByRole("dialog").getByRole("button", { name: "Forget" }).click();
  await anna.sees("Everything that came could be read");

  await anna.open("us-east-1/sources");
  await choose(anna, "bad", "Remove");
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await anna.sees("No sources yet");
  await anna.quiet();
});

// unread reads the list again until the broken record is on it: the server has looked then.
async function unread({ page }: Person) {
  for (;;) {
    if (await page.getByRole("row").filter({ hasText: "broken.json" }).count()) return;
    const read = page.waitForResponse(/operator\/quarantine/);
    await page.getByRole("button", { name: "Read again: Quarantine" }).click();
    await read;
  }
}

test("the key of a source that is pushed to is shown once", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/sources/add", { width: 390, dark: true });
  const { page } = anna;
  await page.getByRole("radio", { name: "Pushed" }).check({ force: true });
  await page.getByRole("textbox", { name: "Name" }).fill("stream");
  await anna.press("Add source");
  await anna.seesHeading("The source is ready to be pushed to");
  await anna.sees(/\/firehose\/stream$/);
  await anna.press("Done");
  await anna.row("stream").getByText("Nothing yet").waitFor();
  await anna.quiet();
});

test("the key of a source that is pushed to is shown to who left the page meanwhile", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/sources/add");
  const { page } = anna;
  let leave = () => {};
  const left = new Promise<void>((done) => (leave = done));
  await page.route(/operator\/sources$/, async (route) => {
    const response = await route.fetch();
    await left;
    await route.fulfill({ response });
  });
  await page.getByRole("radio", { name: "Pushed" }).check({ force: true });
  await page.getByRole("textbox", { name: "Name" }).fill("river");
  const added = page.waitForRequest(/operator\/sources$/);
  await anna.press("Add source");
  await added;
  await anna.link("Quarantine");
  await anna.seesHeading("Quarantine");
  leave();
  await anna.sees(/^Its access key: \S{20}.* shown only once/);
  await anna.quiet();
});

test("destinations are listed with how delivery goes", { timeout }, async () => {
  const anna = await world.signedIn("security@example.com", "us-east-1/destinations");
  await anna.sees("No destinations yet");
  await anna.accessible("no destinations");
  await world.server.cli("destination", "add", "team", "mailto:team@example.com", "--account", account);
  await anna.press("Read again: Destinations");
  await anna.row("team@example.com").getByText("Nothing sent yet").waitFor();
  await anna.accessible("destinations");
  await anna.quiet();
});

test("usage tells the events of the resources with the most bytes, though others have more", { timeout }, async () => {
  await world.server.cli("account", "enable", account);
  const read = (bucketName: string, i: number, key: string) => ({
    eventVersion: "1.11",
    eventID: `read-${bucketName}-${i}`,
    eventTime: "2026-01-05T07:10:17Z",
    eventSource: "s3.amazonaws.com",
    eventName: "GetObject",
    eventType: "AwsApiCall",
    eventCategory: "Data",
    awsRegion: "us-east-1",
    recipientAccountId: account,
    sourceIPAddress: "198.51.100.7",
    userIdentity: { type: "IAMUser", principalId: "AIDAEXAMPLE1", arn: `arn:aws:iam::${account}:user/x`, accountId: account, userName: "x" },
    requestParameters: { bucketName, key },
  });
  const busy = Array.from({ length: 100 }, (_, i) => read(`busy-${i % 50}`, i, "k")); // as many as the server tells of
  const folder = join(logs, "reads", "AWSLogs", account, "CloudTrail", "us-east-1", "2026", "01", "05");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${account}_CloudTrail_us-east-1_20260105T0715Z_lUKdO0YwyyR40SBp.json`), JSON.stringify({ Records: [read("quiet", 0, "k".repeat(5000)), ...busy] }));
  await world.server.cli("source", "add", "reads", join(logs, "reads"));
  const anna = await world.signedIn("security@example.com", "us-east-1/usage");
  const { page } = anna;
  const counted = async () => (await (await page.request.get(`${world.server.console}api/regions/us-east-1/coverage`)).text()).includes('"records":101');
  while (!(await counted())) await page.waitForTimeout(200);
  await page.reload();
  const row = page.getByRole("table", { name: "By resource" }).getByRole("row").filter({ hasText: "quiet" });
  await row.getByRole("cell", { name: "1", exact: true }).waitFor();
  await anna.quiet();
});

test("an account that doesn't look after the server sees nothing of it", { timeout }, async () => {
  const mika = await world.signedIn("media@example.com", "us-east-1/sources");
  for (const path of ["sources", "sources/add", "quarantine", "destinations"]) {
    await mika.open(`us-east-1/${path}`);
    await mika.sees("You aren't allowed to do this");
    assert.equal(await mika.page.getByRole("button", { name: /Add|Forget|Read again/ }).count(), 0, path);
  }
  const navigation = mika.page.getByRole("navigation", { name: "Side navigation" });
  await navigation.getByRole("link", { name: "Accounts" }).waitFor();
  assert.equal(await navigation.getByRole("link", { name: /Sources|Quarantine|Destinations/ }).count(), 0);
  await mika.quiet();
});
