// How many milliseconds pass until the first findings are drawn: `go run ./bench -console` runs this and makes a table of it.
//
//     node --import ./test/typescript.mjs test/rows.ts CONSOLE EMAIL PASSWORD ROUNDS

import type { BrowserContext, Page } from "playwright-core";
import { launch } from "./browser.ts";

const [console_ = "", email, password, rounds] = process.argv.slice(2);
const region = "us-east-1";

// watch notes when rows of findings are on the screen, and when a link to them was pressed. The frame in which they are new is
// drawn by the time that the next task begins.
function watch() {
  const kept = window as unknown as { rowsAt: number; pressedAt: number };
  kept.rowsAt = kept.pressedAt = 0;
  new MutationObserver(() => {
    if (kept.rowsAt || !/\/findings$/.test(location.pathname) || !document.querySelector("[aria-label='Findings'] tbody tr a[href*='/findings/']")) return;
    kept.rowsAt = Infinity;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (kept.rowsAt = performance.now());
      port2.postMessage("");
    });
  }).observe(document, { childList: true, subtree: true });
  addEventListener(
    "click",
    (event) => {
      kept.pressedAt = event.timeStamp;
      kept.rowsAt = 0;
    },
    true,
  );
}

async function took(page: Page): Promise<number> {
  const at = await page.waitForFunction(() => {
    const { rowsAt, pressedAt } = window as unknown as { rowsAt: number; pressedAt: number };
    return rowsAt && rowsAt < Infinity && rowsAt - pressedAt;
  });
  return (await at.jsonValue()) as number;
}

const browser = await launch();
const look = { viewport: { width: 1280, height: 900 } };
const visitor = await browser.newContext(look);
const answer = await visitor.request.post(`${console_}api/sign-in`, { data: { email, password } });
if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
const storageState = await visitor.storageState();
await visitor.close();

// settled is reached when the browser has drawn its own window, which takes as long as the page and is not what is measured: who looks
// at findings has one. All of Chromium's processes rest then.
const root = await browser.newBrowserCDPSession();
const spent = async () => (await root.send("SystemInfo.getProcessInfo")).processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
async function settled() {
  const [look, rest, most] = [200, 0.02, 50]; // ms, s of processors, looks
  for (let n = 0, before = await spent(); n < most; n++) {
    await new Promise((resolve) => setTimeout(resolve, look));
    const now = await spent();
    if (now - before < rest) return;
    before = now;
  }
  throw new Error("Chromium does not come to rest");
}

// round opens a window that knows nothing but the session.
async function round(act: (page: Page) => Promise<number[]>): Promise<number[]> {
  const context: BrowserContext = await browser.newContext({ ...look, storageState });
  try {
    await context.addInitScript(watch);
    const page = await context.newPage();
    await settled();
    return await act(page);
  } finally {
    await context.close();
  }
}

const all: { first: number[]; again: number[]; click: number[] } = { first: [], again: [], click: [] };
for (let i = 0; i < Number(rounds); i++) {
  const [first = 0, again = 0, click = 0] = await round(async (page) => {
    await page.goto(`${console_}${region}/findings`);
    const first = await took(page);
    await page.reload(); // Chromium keeps what it compiles of a script that is loaded for the second time
    await took(page);
    await page.reload();
    const again = await took(page);
    await page.goto(`${console_}${region}/summary`);
    const link = page.getByRole("navigation").getByRole("link", { name: "Findings", exact: true });
    await link.waitFor();
    const types = page.getByRole("table", { name: "Most common finding types" }).getByRole("row").nth(1);
    await types.or(page.getByText("No findings in this period")).first().waitFor(); // its counts are there
    await link.click();
    return [first, again, await took(page)];
  });
  all.first.push(first);
  all.again.push(again);
  all.click.push(click);
}
await browser.close();
process.stdout.write(JSON.stringify(all));
