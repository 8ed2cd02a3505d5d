// A real server for one test: the binary that PICKET names, with the console inside, its own folder and free ports.

import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./port.ts";

const run = promisify(execFile);
const binary = process.env.PICKET ?? "";

const settings = "picket.yaml"; // JSON is YAML

export const password = "correct horse battery staple";

export class Picket {
  readonly console: string; // its address, with a slash at its end
  readonly data: string;
  private process!: ChildProcess;
  private log = "";

  private constructor(console: string, data: string) {
    this.console = console;
    this.data = data;
  }

  static async start(config: object = {}): Promise<Picket> {
    if (!binary) throw new Error("PICKET names no binary: run make test-console");
    const data = await mkdtemp(join(tmpdir(), "picket-console-"));
    const listen = `127.0.0.1:${await freePort()}`;
    await writeFile(join(data, settings), JSON.stringify({ data, listen, regions: ["us-east-1", "eu-west-1"], ...config }));
    const server = new Picket(`http://${listen}/console/`, data);
    await server.serve();
    return server;
  }

  // serve starts the server again, after halt, at the same address.
  async serve() {
    this.log = "";
    this.process = spawn(binary, ["serve", "--config", join(this.data, settings)], { stdio: ["ignore", "pipe", "pipe"] });
    await this.ready();
  }

  // halt ends the server and keeps what it has.
  async halt() {
    if (this.process.exitCode !== null || this.process.signalCode) return;
    const gone = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGTERM");
    await gone;
  }

  // account makes an account whose root signs in with `password`.
  async account(id: string, name: string, email: string, ...flags: string[]) {
    await this.cli("account", "create", "--id", id, "--name", name, "--email", email, ...flags);
    await this.cli("account", "reset", id, "--password-file", await this.passwordFile());
  }

  // user makes a user of an account, with these policies.
  async user(account: string, name: string, ...policies: string[]) {
    await this.cli("user", "create", name, "--account", account, ...policies.flatMap((p) => ["--policy", p]));
    await this.cli("user", "reset", name, "--account", account, "--password-file", await this.passwordFile());
  }

  // policy makes a policy of an account, of these statements.
  async policy(account: string, name: string, ...Statement: object[]) {
    const file = join(this.data, `${name}.json`);
    await writeFile(file, JSON.stringify({ Version: "2012-10-17", Statement }));
    await this.cli("policy", "put", name, file, "--account", account);
  }

  // cli is a command of the operator, beside the server.
  async cli(...args: string[]): Promise<string> {
    return (await run(binary, [...args, "--data", this.data])).stdout;
  }

  async stop() {
    await this.halt();
    await rm(this.data, { recursive: true, force: true });
  }

  private async passwordFile(): Promise<string> {
    const file = join(this.data, "password");
    await writeFile(file, password, { mode: 0o600 });
    return file;
  }

  // The server says so once it serves.
  private ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const read = (chunk: Buffer) => {
        this.log += chunk.toString();
        if (this.log.includes("Picket serves ")) resolve();
      };
      this.process.stdout?.on("data", read);
      this.process.stderr?.on("data", read);
      this.process.once("exit", (code) => reject(new Error(`picket serve ended with ${code}: ${this.log}`)));
    });
  }
}
