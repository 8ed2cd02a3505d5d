// Who is signed in. Nothing of it is kept by the browser's scripts beyond the page's life: the cookie is out of their reach.

import { leave, take } from "../app/memory.ts";
import { texts } from "../texts/shell.ts";
import { call, CallError } from "./call.ts";
import { flash } from "./flash.ts";
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

// signedIn is who is signed in, if somebody is.
export function signedIn(): Session | undefined {
  const now = state.get();
  return now.status === "in" ? now.session : undefined;
}

// whoIs tells people apart; empty for nobody.
export const whoIs = (now = state.get()) => (now.status === "in" ? now.session.arn : "");

export const csrf = () => {
  const now = state.get();
  return now.status === "in" ? now.session.csrf : "";
};

let lost = false; // something that was to be changed was refused to a page of an earlier session

// refused is told of each refusal: the server may know the session no more, or another one.
export function refused(status: number | undefined, code: string, wrote: boolean) {
  if (status === 401 && state.get().status === "in") state.set({ status: "ended" });
  if (code !== "SessionChanged") return;
  lost ||= wrote;
  void readSession();
}

// readSession asks who is signed in. What was drawn for one session is not shown in another: the page is loaded anew, and says why
// then.
export async function readSession() {
  try {
    const session = await call<Session | undefined>("GET", "session"); // nothing where nobody is signed in
    if (!session) return gone();
    const now = state.get();
    const another = now.status === "in" && now.session.csrf !== session.csrf;
    if (!another && now.status !== "out" && now.status !== "ended") return state.set({ status: "in", session });
    if (another) leave("session", lost ? "lost" : "anew");
    location.reload();
  } catch (error) {
    if (error instanceof CallError && error.status === 401) gone();
    else if (state.get().status !== "in") state.set({ status: "failed", error });
  }
}

function gone() {
  const { status } = state.get();
  state.set({ status: status === "in" || status === "ended" ? "ended" : "out" });
}

// The tabs of a browser have one session, and tell each other that it is another one.
let tabs: BroadcastChannel | undefined;

// startSession is fulfilled when it is known who is signed in, or can't be.
export function startSession(): Promise<void> {
  tabs = new BroadcastChannel("picket.session");
  tabs.onmessage = () => void readSession();
  const why = take("session");
  if (why === "anew") flash.info(texts.anotherSession);
  if (why === "lost") flash.warning(texts.anotherSessionLost, texts.anotherSession);
  return readSession();
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
  const session = await call<Session>("POST", "sign-in", who);
  flash.clear(); // they are of who was signed in before
  state.set({ status: "in", session });
  tabs?.postMessage("in");
}

export async function signOut() {
  await call("POST", "sign-out");
  state.set({ status: "out" });
  tabs?.postMessage("out");
}
