// Errors in words for people: of our own calls, of the AWS client, and of the network.

import { texts } from "../texts/errors.ts";

export interface Described {
  header: string;
  text: string;
}

export function describe(error: unknown): Described {
  if (!(error instanceof Error)) return { header: texts.failed, text: String(error) };
  if (error instanceof TypeError && /fetch|network/i.test(error.message)) return { header: texts.unreachable, text: texts.unreachableHint };
  const known = (texts.headers as Record<string, string | undefined>)[error.name];
  return { header: known ?? texts.failed, text: error.message };
}
