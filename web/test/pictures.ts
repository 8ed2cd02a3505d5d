// Pictures of every page and dialog, wide and narrow, light and dark, to be looked at: `make run` in one terminal, and in another
//
//     cd web && node --import ./test/typescript.mjs test/pictures.ts CONSOLE PASSWORD FOLDER [PATTERN]
//
// takes those whose names fit the pattern.

import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { launch, Person } from "./browser.ts";

const [console_ = "", password = "", folder = "", pattern = ""] = process.argv.slice(2);
const region = "us-east-1";
const [administrator, member, other] = ["administrator@example.com", "member@example.com", "other@example.com"];
const memberID = "971993343979";
const tall = 3200; // pixels of a picture, at most

interface Scene {
  name: string;
  who?: string; // nobody signed in without it
  path: string;
  act?: (person: Person) => Promise<unknown>;
  panel?: boolean; // it has a panel, whose height is the window's
}

const choose = (of: RegExp, action: string) => async (person: Person) => {
  await person.page.getByRole("button", { name: of }).first().click();
  await person.page.getByRole("menuitem", { name: action }).first().click();
};

const press = (...names: (string | RegExp)[]) => async (person: Person) => {
  for (const name of names) await person.press(name);
};

const row = (text: string | RegExp, then: (person: Person) => Promise<unknown>) => async (person: Person) => {
  const one = person.page.getByRole("row").filter({ hasText: text }).first();
  await one.getByRole("checkbox").or(one.getByRole("radio")).first().check({ force: true });
  await then(person);
};

// finding opens the first finding of a type.
const finding = (type: string, then?: (person: Person) => Promise<unknown>, sample = true) => ({
  panel: true,
  path: `findings?criteria=${encodeURIComponent(JSON.stringify({ type: { equals: [type] } }))}`,
  act: async (person: Person) => {
    await person.page.locator("tbody a[href*='/findings/']").filter({ [sample ? "hasText" : "hasNotText"]: "[SAMPLE]" }).first().click();
    await person.page.getByRole("heading", { name: "Overview" }).first().waitFor();
    await then?.(person);
  },
});

const heading = (name: string) => async ({ page }: Person) => {
  const found = page.getByRole("heading", { name }).first();
  await found.waitFor();
  await found.evaluate((h) => h.scrollIntoView({ block: "start" }));
};

const scenes: Scene[] = [
  { name: "sign-in", path: "" },
  { name: "sign-in-root", path: "", act: (p) => p.page.getByRole("radio", { name: "Root user" }).click() },
  {
    name: "sign-in-refused", path: "",
    act: async (p) => {
      await p.signIn({ email: administrator, password: "wrong" });
      await p.sees(/sign-in was refused/);
    },
  },
  { name: "summary", who: administrator, path: "summary" },
  { name: "summary-all", who: administrator, path: "summary?regions=all" },
  { name: "summary-new", who: other, path: "summary" },
  { name: "findings", who: administrator, path: "findings" },
  { name: "findings-archived", who: administrator, path: "findings", act: async ({ page }) => {
    const select = page.getByRole("button", { name: /^Status/ }); // on phones
    if (await select.isVisible()) await select.click();
    await page.getByRole("button", { name: "Archived", exact: true }).or(page.getByRole("option", { name: "Archived" })).first().click();
  } },
  { name: "findings-filter", who: administrator, path: "findings", act: (p) => p.page.getByRole("combobox").first().focus() },
  { name: "findings-selected", who: administrator, path: "findings", act: async (p) => {
    await p.page.locator("tbody").getByRole("checkbox").first().check({ force: true });
    await p.press("Actions");
  } },
  { name: "findings-preferences", who: administrator, path: "findings", act: press("Preferences") },
  { name: "findings-none", ...finding("Recon:EC2/None"), who: administrator, act: undefined },
  { name: "usage", who: administrator, path: "usage" },
  { name: "accounts", who: administrator, path: "accounts" },
  { name: "accounts-actions", who: administrator, path: "accounts", act: row(memberID, press("Actions")) },
  { name: "accounts-suspend", who: administrator, path: "accounts", act: row(memberID, choose(/^Actions$/, "Suspend")) },
  { name: "accounts-disassociate", who: administrator, path: "accounts", act: row(memberID, choose(/^Actions$/, "Disassociate")) },
  { name: "accounts-delete", who: administrator, path: "accounts", act: row(memberID, choose(/^Actions$/, "Delete")) },
  { name: "accounts-invite", who: administrator, path: "accounts", act: (p) => p.link(/^Invite/) },
  { name: "accounts-add", who: administrator, path: "accounts/add" },
  { name: "accounts-add-rows", who: administrator, path: "accounts/add", act: async (p) => {
    for (const [id, email] of [["131429352839", "other@example.com"], ["12", "x"]] as const) {
      await p.page.getByRole("textbox", { name: "Account ID" }).fill(id);
      await p.page.getByRole("textbox", { name: "E-mail address" }).fill(email);
      await p.press("Add");
    }
  } },
  { name: "accounts-add-csv", who: administrator, path: "accounts/add", act: async (p) => {
    const text = "Account ID,Email\n131429352839,other@example.com\n12,short@example.com\n333344445555,none\n333344445556,ops@example.com\n";
    await p.page.locator("input[type=file]").setInputFiles({ name: "accounts.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await p.sees("333344445556");
  } },
  { name: "member", who: administrator, path: `accounts/${memberID}` },
  { name: "member-email", who: administrator, path: `accounts/${memberID}`, act: press("Change e-mail") },
  { name: "accounts-of-member", who: member, path: "accounts" },
  { name: "accounts-leave", who: member, path: "accounts", act: press(/^Leave/) },
  { name: "accounts-alone", who: other, path: "accounts" },
  { name: "invitations", who: other, path: "invitations" },
  { name: "invitations-decline", who: other, path: "invitations", act: press(/^Decline/) },
  { name: "invitations-trusted", who: other, path: "invitations", act: press("Edit trusted accounts") },
  { name: "invitations-member", who: member, path: "invitations" },
  { name: "settings", who: administrator, path: "settings" },
  { name: "settings-bucket", who: administrator, path: "settings", act: press("Configure now") },
  { name: "settings-suspend", who: administrator, path: "settings", act: press("Suspend GuardDuty") },
  { name: "settings-disable", who: administrator, path: "settings", act: press("Disable GuardDuty") },
  { name: "settings-disable-member", who: member, path: "settings", act: press("Disable GuardDuty") },
  { name: "lists", who: administrator, path: "lists" },
  { name: "lists-add", who: administrator, path: "lists", act: press("Add a threat list") },
  { name: "lists-delete", who: administrator, path: "lists", act: row("bad-hosts", async (p) => {
    await p.page.getByRole("button", { name: "Actions" }).last().click();
    await p.page.getByRole("menuitem", { name: "Delete" }).click();
  }) },
  { name: "filters", who: administrator, path: "filters" },
  { name: "filters-create", who: administrator, path: "filters/create" },
  { name: "filters-edit", who: administrator, path: "filters/edit/scanners", act: press("Preview") },
  { name: "filters-delete", who: administrator, path: "filters", act: row("scanners", press("Delete")) },
  { name: "rules", who: administrator, path: "rules" },
  { name: "rules-one", who: administrator, path: "rules", panel: true, act: (p) => p.page.locator("tbody").getByRole("checkbox").first().check({ force: true }) },
  { name: "rules-live", who: administrator, path: "rules", act: async (p) => {
    await p.page.locator("tbody").getByRole("checkbox").first().check({ force: true });
    await choose(/^Set mode/, "Live")(p);
  } },
  { name: "coverage", who: administrator, path: "coverage" },
  { name: "audit", who: administrator, path: "audit" },
  { name: "audit-one", who: administrator, panel: true, path: "audit", act: (p) => p.page.locator("tbody").getByRole("button").first().click() },
  { name: "users", who: administrator, path: "users" },
  { name: "users-create", who: administrator, path: "users", act: press("Create user") },
  { name: "users-policies", who: administrator, path: "users", act: choose(/^Actions for rita/, "Change policies") },
  { name: "users-delete", who: administrator, path: "users", act: choose(/^Actions for rita/, "Delete") },
  { name: "users-roles", who: administrator, path: "users?tab=roles" },
  { name: "users-keys", who: administrator, path: "users?tab=keys" },
  { name: "users-policies-tab", who: administrator, path: "users?tab=policies" },
  { name: "users-policy-create", who: administrator, path: "users?tab=policies", act: press("Create policy") },
  { name: "sources", who: administrator, path: "sources" },
  { name: "sources-add", who: administrator, path: "sources/add" },
  { name: "sources-add-bucket", who: administrator, path: "sources/add", act: (p) => p.page.getByRole("radio").nth(1).check({ force: true }) },
  { name: "sources-add-push", who: administrator, path: "sources/add", act: (p) => p.page.getByRole("radio", { name: "Pushed" }).check({ force: true }) },
  { name: "sources-test", who: administrator, path: "sources", act: choose(/^Actions for demo/, "Test") },
  { name: "sources-remove", who: administrator, path: "sources", act: choose(/^Actions for demo/, "Remove") },
  { name: "quarantine", who: administrator, path: "quarantine" },
  { name: "destinations", who: administrator, path: "destinations" },
  { name: "security", who: administrator, path: "../security" },
  { name: "security-factor", who: administrator, path: "../security", act: press(/second factor|authenticator|Set up/i) },
  { name: "not-found", who: administrator, path: "nothing-here" },
  { name: "menu-account", who: administrator, path: "summary", act: async ({ page }) => {
    const more = page.getByRole("button", { name: "More", exact: true }); // on phones
    if (await more.isVisible()) await more.click();
    await page.getByRole("button", { name: /@ Security/ }).click();
  } },
  { name: "menu-pages", who: administrator, path: "summary", act: async ({ page }) => {
    const pages = page.getByRole("navigation", { name: "Side navigation" }).getByRole("link", { name: "Findings", exact: true });
    if (!(await pages.isVisible())) await page.getByRole("button", { name: /navigation/i }).first().click(); // on phones
  } },
  { name: "menu-region", who: administrator, path: "summary", act: press(/us-east-1/) },
  ...[
    ["iam", "CredentialAccess:IAMUser/CompromisedCredentials"],
    ["s3", "Policy:S3/BucketAnonymousAccessGranted"],
    ["ssh", "UnauthorizedAccess:EC2/SSHBruteForce"],
    ["dns", "Backdoor:EC2/C&CActivity.B!DNS"],
    ["sequence", "AttackSequence:IAM/CompromisedCredentials"],
    ["runtime", "Execution:Runtime/NewBinaryExecuted"],
    ["kubernetes", "Policy:Kubernetes/ExposedDashboard"],
    ["rds", "CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin"],
    ["malware", "Execution:EC2/MaliciousFile"],
  ].map(([name, type]) => ({ name: `finding-${name}`, who: administrator, ...finding(type ?? "") })),
  { name: "finding-why", who: administrator, ...finding("CredentialAccess:IAMUser/CompromisedCredentials", heading("Why"), false) },
  { name: "finding-real", who: administrator, ...finding("UnauthorizedAccess:EC2/TorClient", undefined, false) },
  { name: "finding-json", who: administrator, ...finding("UnauthorizedAccess:EC2/SSHBruteForce", press("View JSON")) },
];

// prepare fills pages that the demo leaves empty. What is there already is refused, which is fine.
async function prepare(person: Person) {
  await person.open(`${region}/summary`);
  const d = `detector/${await person.detector()}`;
  for (const [path, body] of [
    [`${d}/findings/create`, {}],
    [`${d}/filter`, { name: "scanners", description: "Our own vulnerability scanner", action: "ARCHIVE", findingCriteria: { criterion: { type: { equals: ["Recon:EC2/Portscan"] } } } }],
    [`${d}/threatintelset`, { name: "bad-hosts", format: "TXT", location: "s3://lists/bad-hosts.txt", activate: false }],
    [`${d}/ipset`, { name: "offices", format: "TXT", location: "s3://lists/offices.txt", activate: false }],
    [`${d}/member`, { accountDetails: [{ accountId: "131429352839", email: other }, { accountId: "333344445555", email: "ops@example.com" }] }],
    ["../../users", { name: "rita", policies: ["AmazonGuardDutyReadOnlyAccess"] }],
    [`${d}/member/invite`, { accountIds: ["131429352839"], message: "Please accept: we look after everyone's findings." }],
  ] as const)
    await person.call("POST", path, body);
}

const browser = await launch();
await mkdir(folder, { recursive: true });
let failed = 0;

async function take(person: Person, scene: Scene, look: string) {
  const { page } = person;
  const file = join(folder, `${scene.name}-${look}.png`);
  await rm(file, { force: true });
  await person.open(scene.who ? `${region}/${scene.path}`.replace(/^[^/]+\/\.\.\//, "") : scene.path);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.waitForTimeout(900); // counts and charts come; streams never end, so that the network is never idle
  const before = page.viewportSize() ?? { width: 1280, height: 900 };
  if (scene.panel) await page.setViewportSize({ ...before, height: tall });
  await scene.act?.(person);
  await page.waitForTimeout(700);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  if (!scene.panel) await page.setViewportSize({ ...before, height: Math.min(Math.max(height, before.height), tall) });
  await page.waitForTimeout(300);
  await page.screenshot({ path: file });
  await page.setViewportSize(before);
}

for (const width of [1280, 390])
  for (const dark of [false, true]) {
    const look = `${width}-${dark ? "dark" : "light"}`;
    const people = new Map<string, Person>();
    for (const scene of scenes.filter((s) => new RegExp(pattern).test(`${s.name}-${look}`))) {
      const who = scene.who ?? "";
      let person = people.get(who);
      if (!person) {
        person = await Person.open(browser, console_, { width, dark });
        people.set(who, person);
        person.page.setDefaultTimeout(6000);
        await person.open();
        if (who) {
          await person.signIn({ email: who, password });
          await person.page.getByRole("button", { name: "Sign in", exact: true }).waitFor({ state: "detached" });
        }
        if (who === administrator) await prepare(person);
      }
      await take(person, scene, look).catch((error: Error) => {
        failed++;
        process.stderr.write(`${scene.name}-${look}: ${error.message.split("\n").slice(0, 3).join(" ")}\n`);
      });
    }
  }
await browser.close();
process.exitCode = failed ? 1 : 0;
