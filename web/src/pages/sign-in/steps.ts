// What is entered at the sign-in, what is wrong with it, and what is sent of it.

import type { Credentials } from "../../api/session.ts";
import { texts } from "../../texts/signIn.ts";

export type Step = "who" | "code" | "newPassword";

export interface Entered {
  kind: "user" | "root";
  account?: string;
  user?: string;
  email?: string;
  password?: string;
  code?: string;
  newPassword?: string;
  repeat?: string;
}

export type Mistakes = Partial<Record<keyof Entered, string>>;

const minPassword = 12;

export function check(entered: Entered, step: Step): Mistakes {
  if (step === "code") return /^\d{6}$/.test(entered.code?.replace(/\s/g, "") ?? "") ? {} : { code: texts.codeNeeded };
  if (step === "newPassword") return checkNew(entered.newPassword ?? "", entered.repeat ?? "");
  const need: [keyof Entered, string][] =
    entered.kind === "user"
      ? [["account", texts.account], ["user", texts.user], ["password", texts.password]]
      : [["email", texts.email], ["password", texts.password]];
  return Object.fromEntries(need.filter(([name]) => !entered[name]?.trim()).map(([name, label]) => [name, texts.needed(label.toLowerCase())]));
}

export function checkNew(password: string, repeat: string): Mistakes {
  if ([...password].length < minPassword) return { newPassword: texts.tooShort };
  return password === repeat ? {} : { repeat: texts.different };
}

export function credentials(entered: Entered): Credentials {
  const { kind, account, user, email, password = "", code, newPassword } = entered;
  return {
    ...(kind === "user" ? { account: account?.trim(), user: user?.trim() } : { email: email?.trim(), account: account?.trim() || undefined }),
    password,
    code: code?.replace(/\s/g, "") || undefined,
    newPassword: newPassword || undefined,
  };
}
