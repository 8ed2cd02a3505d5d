// Reads the Markdown that pages of rules are written in: headings, paragraphs, lists, fenced blocks, and in them strong words,
// emphasis, code and links. Whatever else there is, HTML above all, stays the text that it is.

export type Span = { kind: "text" | "strong" | "em" | "code"; text: string } | { kind: "link"; text: string; href: string };

export type Block =
  | { kind: "heading"; level: number; spans: Span[] }
  | { kind: "paragraph"; spans: Span[] }
  | { kind: "list"; ordered: boolean; items: Span[][] }
  | { kind: "fence"; info: string; text: string };

const fence = /^```(.*)$/;
const heading = /^(#{1,6}) +(.*)$/;
const item = /^(?:[-*]|(\d+)\.) +(.*)$/;

export function readMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split(/\r?\n/);
  let i = 0;
  const take = (until: (line: string) => boolean) => {
    const taken: string[] = [];
    while (i < lines.length && !until(lines[i]!)) taken.push(lines[i++]!);
    return taken;
  };
  while (i < lines.length) {
    const line = lines[i]!;
    const opened = fence.exec(line);
    const title = heading.exec(line);
    const first = item.exec(line);
    if (opened) {
      i++;
      const body = take((l) => l.startsWith("```"));
      i++;
      blocks.push({ kind: "fence", info: opened[1]!.trim(), text: body.join("\n") });
    } else if (title) {
      i++;
      blocks.push({ kind: "heading", level: title[1]!.length, spans: readSpans(title[2]!) });
    } else if (first) {
      const items: string[] = [];
      for (const l of take((l) => !l.trim() || fence.test(l))) {
        const next = item.exec(l);
        if (next) items.push(next[2]!);
        else items[items.length - 1] += ` ${l.trim()}`;
      }
      blocks.push({ kind: "list", ordered: first[1] !== undefined, items: items.map(readSpans) });
    } else if (!line.trim()) {
      i++;
    } else {
      const body = take((l) => !l.trim() || fence.test(l) || heading.test(l) || item.test(l));
      blocks.push({ kind: "paragraph", spans: readSpans(body.join(" ")) });
    }
  }
  return blocks;
}

const span = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\((https?:\/\/[^)\s]+)\)/g;

export function readSpans(text: string): Span[] {
  const spans: Span[] = [];
  let at = 0;
  const plain = (to: number) => {
    if (to > at) spans.push({ kind: "text", text: text.slice(at, to) });
  };
  for (const found of text.matchAll(span)) {
    plain(found.index);
    at = found.index + found[0].length;
    const [, code, strong, em, label, href] = found;
    if (code) spans.push({ kind: "code", text: code });
    else if (strong) spans.push({ kind: "strong", text: strong });
    else if (em) spans.push({ kind: "em", text: em });
    else if (label && href) spans.push({ kind: "link", text: label, href });
  }
  plain(text.length);
  return spans;
}
