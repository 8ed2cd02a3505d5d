// A person at the keyboard alone.

import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { Person } from "./browser.ts";
import { password } from "./picket.ts";
import type { World } from "./world.ts";

// atKeyboard is somebody whose mouse is noticed.
export async function atKeyboard(world: World, path = ""): Promise<Person> {
  const person = await world.person();
  await person.page.addInitScript(() =>
    addEventListener(
      "pointerdown",
      () => {
        throw new Error("the mouse was used");
      },
      true,
    ),
  );
  await person.open(path);
  return person;
}

// signInAt signs an account's root in.
export async function signInAt(person: Person, email: string) {
  const { page } = person;
  await tabTo(person, page.getByRole("radio", { name: "User", exact: true }));
  await page.keyboard.press("ArrowRight");
  await write(person, page.getByRole("textbox", { name: "E-mail address" }), email);
  await write(person, page.getByLabel("Password", { exact: true }), password);
  await page.keyboard.press("Enter");
}

// tabTo presses Tab until something has the focus, tabBackTo Tab with Shift, arrowTo the arrow down in a menu.
export const tabTo = (person: Person, there: Locator) => goTo(person, there, "Tab");
export const tabBackTo = (person: Person, there: Locator) => goTo(person, there, "Shift+Tab");
export const arrowTo = (person: Person, there: Locator) => goTo(person, there, "ArrowDown");

async function goTo({ page }: Person, there: Locator, key: string) {
  await there.waitFor();
  for (let i = 0; i < 120; i++) {
    if (await there.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${key} doesn't reach ${there.toString()}`);
}

// enter goes to a button or a link and presses Enter.
export async function enter(person: Person, there: Locator) {
  await tabTo(person, there);
  await person.page.keyboard.press("Enter");
}

// write goes to a field and types.
export async function write(person: Person, there: Locator, text: string) {
  await tabTo(person, there);
  await person.page.keyboard.type(text);
}

// seen fails unless something has the focus, and stands where it can be seen.
export async function seen({ page }: Person, where: string) {
  const missing = await page.evaluate(() => {
    const e = document.activeElement;
    if (!e || e === document.body) return "nothing has the focus";
    const { left, top, width, height } = e.getBoundingClientRect();
    const over = document.elementFromPoint(left + width / 2, top + height / 2);
    // A checkbox is drawn by what stands beside it.
    return over && (e.contains(over) || over.contains(e) || over.parentElement?.contains(e)) ? "" : `${e.outerHTML.slice(0, 200)} is covered or off the screen`;
  });
  assert.equal(missing, "", where);
}

// walk goes through all of a page by Tab, and returns what it didn't reach and where no focus was to be seen. That it comes to the end
// shows that nothing holds it.
export async function walk({ page }: Person): Promise<{ unreached: string[]; unseen: string[] }> {
  await page.evaluate(prepare);
  for (let i = 0; i < 400; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => (window as unknown as { walked: () => boolean }).walked())) {
      return page.evaluate(() => (window as unknown as { walkedAll: () => { unreached: string[]; unseen: string[] } }).walkedAll());
    }
  }
  assert.fail(`Tab doesn't come to the end of ${page.url()}`);
}

// prepare runs in the page.
function prepare() {
  const interactive = "a[href], button, input, select, textarea, [tabindex], [role=button], [role=switch], [role=tab], [role=menuitem]";
  const focusable = (e: Element) =>
    e.checkVisibility({ visibilityProperty: true }) && !e.closest("[inert], [aria-hidden=true]") && !(e as HTMLInputElement).disabled && e.getAttribute("tabindex") !== "-1";
  const name = (e: Element) => e.outerHTML.slice(0, 200);
  // One of a group of radio buttons has the focus; arrows go to the others.
  const group = (e: Element) => (e instanceof HTMLInputElement && e.type === "radio" && e.name ? e.name : e);
  const reached = new Set<string | Element>();
  const unseen: string[] = [];
  let last: { element: Element; look: string } | undefined;

  // What the eye could see change: an outline, a shadow, a border, on the element or close around it.
  const look = (e: Element) => {
    const around = [e, e.parentElement, e.parentElement?.parentElement, e.nextElementSibling, e.previousElementSibling].filter((x) => x instanceof Element);
    const style = (x: Element, part?: string) => {
      const s = getComputedStyle(x, part);
      return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.borderWidth, s.backgroundColor, s.content].join();
    };
    return around.flatMap((x) => [style(x), style(x, "::before"), style(x, "::after")]).join(";");
  };
  document.body.tabIndex = -1;
  document.body.focus(); // Tab begins at the beginning, not after a field that has the focus from the start
  document.body.removeAttribute("tabindex");
  Object.assign(window, {
    walked() {
      if (last && last.element.isConnected && look(last.element) === last.look) unseen.push(name(last.element));
      const now = document.activeElement;
      last = undefined;
      if (!now || now === document.body || now === document.documentElement) return true;
      last = { element: now, look: look(now) };
      reached.add(group(now));
      return false;
    },
    walkedAll: () => ({
      unreached: [...document.querySelectorAll(interactive)].filter((e) => focusable(e) && !reached.has(group(e))).map(name),
      unseen,
    }),
  });
}
