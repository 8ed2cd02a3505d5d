// Calls that take so many accounts at most.

import { describe } from "./errors.ts";

// A Refusal is an account that a call left as it was, and why.
export interface Refusal {
  accountId: string;
  reason: string;
}

const perCall = 50;

// inBatches sends a call after another. If one fails after others succeeded, its accounts and those that remain are refused.
export async function inBatches(ids: readonly string[], send: (some: string[]) => Promise<Refusal[]>): Promise<Refusal[]> {
  const refused: Refusal[] = [];
  for (let i = 0; i < ids.length; i += perCall) {
    try {
      refused.push(...(await send(ids.slice(i, i + perCall))));
    } catch (error) {
      if (i === 0) throw error;
      const reason = describe(error).text;
      return [...refused, ...ids.slice(i).map((accountId) => ({ accountId, reason }))];
    }
  }
  return refused;
}
