// One's own password, second factor and sessions.

import { call } from "./call.ts";

export interface OpenSession {
  id: string;
  createdAt: number;
  seenAt: number;
  sourceIp: string;
  userAgent: string;
  current: boolean;
}

export const changePassword = (password: string, newPassword: string) => call<void>("PUT", "password", { password, newPassword });

export const beginSecondFactor = () => call<{ secret: string; uri: string }>("POST", "second-factor");
export const confirmSecondFactor = (code: string) => call<void>("PUT", "second-factor", { code });
export const removeSecondFactor = (password: string) => call<void>("DELETE", "second-factor", { password });

export const openSessions = async () => (await call<{ sessions: OpenSession[] }>("GET", "sessions")).sessions;
export const endSession = (id: string) => call<void>("DELETE", `sessions/${encodeURIComponent(id)}`);
