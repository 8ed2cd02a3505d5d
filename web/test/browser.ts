// Browsers that notice what goes wrong: errors and warnings in the console, what the content security policy refused, and what
// axe-core finds. Each test ends with `quiet`.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { password } from "./picket.ts";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
}

export interface Look {
  width?: number;
  dark?: boolean;
}

export interface Who {
  account?: string;
  user?: string;
  email?: string;
  password?: string;
}

// Person is somebody with a browser of their own.
export class Person {
  readonly page: Page;
  private readonly context: BrowserContext;
  private readonly console: string;
  private readonly problems: string[] = [];
  private expected: RegExp[] = [];

  private constructor(page: Page, context: BrowserContext, console: string) {
    this.page = page;
    this.context = context;
    this.console = console;
  }

  static async open(browser: Browser, console: string, options: Look = {}): Promise<Person> {
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1280, height: 900 },
      colorScheme: options.dark ? "dark" : "light",
      reducedMotion: "reduce",
      acceptDownloads: true,
    });
    context.setDefaultTimeout(20_000);
    return Person.at(context, console);
  }

  private static async at(context: BrowserContext, console: string): Promise<Person> {
    const page = await context.newPage();
    const person = new Person(page, context, console);
    page.on("console", (m) => {
      if (m.type() === "error" || m.type() === "warning") person.problems.push(`${m.type()}: ${m.text()} (${m.location().url})`);
    });
    page.on("pageerror", (error) => person.problems.push(`uncaught: ${error.stack ?? error.message}`));
    await page.exposeFunction("policyRefused", (what: string) => person.problems.push(`content security policy: ${what}`));
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (e) =>
        (window as unknown as { policyRefused: (what: string) => void }).policyRefused(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`),
      );
    });
    return person;
  }

  // tab is the same person in another tab of the browser.
  async tab(path = ""): Promise<Person> {
    const other = await Person.at(this.context, this.console);
    await other.open(path);
    return other;
  }

  // open opens a page of the console by its path.
  async open(path = "") {
    await this.page.goto(this.console + path);
  }

  // signIn signs a user in, or an account's root by its address, on the page that is open.
  async signIn(who: Who) {
    const { page } = this;
    if (who.email) {
      await page.getByRole("radio", { name: "Root user" }).click();
      await page.getByRole("textbox", { name: "E-mail address" }).fill(who.email);
    } else {
      await page.getByRole("radio", { name: "User", exact: true }).click();
      await page.getByLabel("Account").fill(who.account ?? "");
      await page.getByLabel("User name").fill(who.user ?? "");
    }
    await page.getByLabel("Password", { exact: true }).fill(who.password ?? password);
    await page.getByRole("button", { name: "Sign in" }).click();
  }

  async link(name: string | RegExp) {
    await this.page.getByRole("link", { name }).first().click();
  }

  async press(name: string | RegExp) {
    await this.page.getByRole("button", { name, exact: typeof name === "string" }).first().click();
  }

  // sees waits until a text is shown.
  async sees(text: string | RegExp) {
    await this.page.getByText(text).filter({ visible: true }).first().waitFor();
  }

  async seesHeading(name: string | RegExp) {
    await this.page.getByRole("heading", { name }).filter({ visible: true }).first().waitFor();
  }

  // row is the row of a table that has this text.
  row(text: string) {
    return this.page.getByRole("row").filter({ hasText: text });
  }

  // call makes a call of the API as who is signed in, which no button of the page makes, and returns its status.
  async call(method: string, path: string, body?: unknown): Promise<number> {
    return (await this.send(method, path, body)).status;
  }

  // detector is the ID of the region's detector.
  async detector(): Promise<string> {
    const { text } = await this.send("GET", "detector");
    return (JSON.parse(text) as { detectorIds: string[] }).detectorIds[0] ?? "";
  }

  private send(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    return this.page.evaluate(
      async ({ method, path, body }) => {
        const session = (await (await fetch("/console/api/session")).json()) as { csrf: string };
        const headers = { "X-Picket-Csrf": session.csrf, "Content-Type": "application/json" };
        const answer = await fetch(`/console/api/aws/us-east-1/${path}`, { method, headers, body });
        return { status: answer.status, text: await answer.text() };
      },
      { method, path, body: body === undefined ? undefined : JSON.stringify(body) },
    );
  }

  // fits says that nothing of the page is beside the screen.
  fits(): Promise<boolean> {
    return this.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  }

  // accessible fails on what axe-core calls serious or critical.
  async accessible(where: string) {
    await this.page.evaluate(axe);
    const found = await this.page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run: (options: unknown) => Promise<{ violations: Violation[] }> } };
      return (await axe.run({ resultTypes: ["violations"] })).violations;
    });
    // Cloudscape's bar on phones has an attribute too much.
    const ours = (v: Violation) => v.nodes.some((n) => !n.html.includes("awsui_mobile-toolbar-nav"));
    const serious = found.filter(ours).filter((v) => v.impact === "serious" || v.impact === "critical");
    assert.deepEqual(serious.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html).join(" | ")}`), [], where);
  }

  // expects says that a refusal will be in the browser's console: it writes down each answer that is no success.
  expects(...what: RegExp[]) {
    this.expected.push(...what);
  }

  // quiet closes the browser and fails on every problem that was not expected.
  async quiet() {
    await this.context.close();
    assert.deepEqual(this.problems.filter((p) => !this.expected.some((e) => e.test(p))), []);
  }
}

interface Violation {
  id: string;
  help: string;
  impact?: string;
  nodes: { html: string }[];
}
