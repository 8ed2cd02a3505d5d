// What a file of tests has to itself: a browser, and a server with its accounts.

import { after, before } from "node:test";
import type { Browser } from "playwright-core";
import { launch, type Look, Person, type Who } from "./browser.ts";
import { Picket } from "./picket.ts";

export const timeout = 180_000; // of a test: machines are slow, and browsers more so

export class World {
  browser!: Browser;
  server!: Picket;

  // make adds the accounts; config is what the server is told beyond the usual; end is done when it is gone.
  constructor(make: (server: Picket) => Promise<void>, config: () => object | Promise<object> = () => ({}), end?: () => unknown) {
    before(async () => {
      this.browser = await launch();
      this.server = await Picket.start(await config());
      await make(this.server);
    });
    after(async () => {
      await this.browser?.close();
      await this.server?.stop();
      await end?.();
    });
  }

  // person is somebody with a browser of their own, at a page.
  async person(path = "", look?: Look): Promise<Person> {
    const person = await Person.open(this.browser, this.server.console, look);
    await person.open(path);
    return person;
  }

  // signedIn is a person who signed in on the way to a page: an account's root by its address, or a user.
  async signedIn(who: string | Who, path = "", look?: Look): Promise<Person> {
    const person = await this.person(path, look);
    await person.signIn(typeof who === "string" ? { email: who } : who);
    await person.page.getByRole("button", { name: "Sign in", exact: true }).waitFor({ state: "detached" });
    return person;
  }
}
