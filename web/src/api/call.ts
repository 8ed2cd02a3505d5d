// The console's own calls: JSON both ways, below /console/api/. Pages don't call this; they call the typed functions beside it.

import { csrf, refused } from "./session.ts";

// Where the console is served, with a slash at its end.
export const base = import.meta.env.BASE_URL;

// CallError is an answer that is no success; code is for programs, message for people.
export class CallError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(status: number, body: Record<string, unknown>) {
    super(typeof body.message === "string" && body.message ? body.message : `HTTP status ${status}`);
    this.name = this.code = typeof body.code === "string" ? body.code : "Error";
    this.status = status;
  }
}

const pause = 500; // ms before a call that came too often is tried again, then twice as long
const tries = 4;

// call sends one call and returns its answer. 401 ends the session, save for a sign-in, which tells its own reasons by it. Whose page
// it is goes along with all but the question who is signed in. What comes too often is tried again, as the AWS client does.
export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await once<T>(method, path, body);
    } catch (error) {
      if (n === tries || !(error instanceof CallError) || error.code !== "ThrottlingException") throw error;
      await new Promise((resolve) => setTimeout(resolve, pause * 2 ** (n - 1)));
    }
  }
}

async function once<T>(method: string, path: string, body: unknown): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const token = csrf();
  if (token && path !== "session") headers["X-Picket-Csrf"] = token;
  const answer = await fetch(`${base}api/${path}`, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: "no-store",
  });
  const text = await answer.text();
  if (answer.ok) return (text ? JSON.parse(text) : undefined) as T;
  const error = new CallError(answer.status, parse(text));
  if (path !== "sign-in") refused(answer.status, error.code, method !== "GET");
  throw error;
}

// reachable says whether the server answers.
export const reachable = () => fetch(`${base}api/session`, { cache: "no-store" }).then((answer) => answer.status < 500, () => false);

// everyPage reads a listing to its end; page is handed the cursor that the last answer gave.
export async function everyPage<T>(page: (after: string) => Promise<{ items: T[]; next?: string }>): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | undefined = ""; after !== undefined; ) {
    const { items, next } = await page(after);
    all.push(...items);
    after = next || undefined;
  }
  return all;
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return value && typeof value === "object" ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
