// Who is signed in. Nothing of it is kept by the browser's scripts beyond the page's life: the cookie is out of their reach.

import { call, CallError } from "./call.ts";
import { store, useValue } from "./store.ts";

export interface Session {
  account: { accountId: string; name: string; email: string };
  user: string; // empty for the account's root
  arn: string;
  csrf: string;
  regions: string[];
  operator: boolean;
  secondFactor: boolean;
  expiresAt: number;
}

// unknown until the server said; ended is a session that was there and is no more.
type State = { status: "unknown" | "out" | "ended" } | { status: "failed"; error: unknown } | { status: "in"; session: Session };

const state = store<State>({ status: "unknown" });

export const useSessionState = () => useValue(state);

// useSession is who is signed in; only what is shown to who is signed in may ask.
export function useSession(): Session {
  const now = useValue(state);
  if (now.status !== "in") throw new Error("BUG: nobody is signed in");
  return now.session;
}

// whoIs tells people apart; empty for nobody.
export const whoIs = (now = state.get()) => (now.status === "in" ? now.session.arn : "");

export const csrf = () => {
  const now = state.get();
  return now.status === "in" ? now.session.csrf : "";
};

// signedOut is told when the server knows the session no more.
export function signedOut() {
  if (state.get().status === "in") state.set({ status: "ended" });
}

export async function readSession() {
  try {
    const session = await call<Session | undefined>("GET", "session"); // nothing where nobody is signed in
    state.set(session ? { status: "in", session } : { status: state.get().status === "ended" ? "ended" : "out" });
  } catch (error) {
    if (error instanceof CallError && error.status === 401) state.set({ status: state.get().status === "ended" ? "ended" : "out" });
    else state.set({ status: "failed", error });
  }
}

export interface Credentials {
  account?: string;
  user?: string;
  email?: string;
  password: string;
  code?: string;
  newPassword?: string;
}

// signIn throws a CallError with SignInRefused, CodeRequired, NewPasswordRequired or TooManyTries.
export async function signIn(who: Credentials) {
  state.set({ status: "in", session: await call<Session>("POST", "sign-in", who) });
}

export async function signOut() {
  await call("POST", "sign-out");
  state.set({ status: "out" });
}
