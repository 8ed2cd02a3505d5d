// A rule's page in two parts: what it says, and its examples from the sentence on that leads to the first. The finding that the
// first example makes is left out: people look at one that is real.

import type { Block } from "../../components/markdown.ts";

export function readPage(page: readonly Block[]): { prose: Block[]; examples: Block[] } {
  const blocks = page.filter((b) => b.kind !== "fence" || b.info !== "json finding");
  const fence = blocks.findIndex((b) => b.kind === "fence");
  if (fence < 0) return { prose: blocks, examples: [] };
  const before = blocks[fence - 1];
  const leads = before?.kind === "paragraph" && before.spans.at(-1)?.text.endsWith(":");
  const at = leads ? fence - 1 : fence;
  return { prose: blocks.slice(0, at), examples: blocks.slice(at) };
}
