// Shows Markdown as elements; fenced blocks stand folded below the paragraph that they belong to.

import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Link from "@cloudscape-design/components/link";
import { Pre } from "./Pre.tsx";
import type { Block, Span } from "./markdown.ts";

interface Props {
  blocks: readonly Block[]; // as readMarkdown makes them
  fence: (info: string) => string; // what a folded block is called
}

export function Markdown({ blocks, fence }: Props) {
  return (
    <>
      {blocks.map((block, i) => (
        <Shown key={i} block={block} fence={fence} />
      ))}
    </>
  );
}

function Shown({ block, fence }: { block: Block; fence: (info: string) => string }) {
  switch (block.kind) {
    case "heading":
      return <Box variant={block.level === 1 ? "h4" : "h5"}>{block.spans.map(inline)}</Box>;
    case "paragraph":
      return <Box variant="p">{block.spans.map(inline)}</Box>;
    case "list": {
      const items = block.items.map((spans, i) => <li key={i}>{spans.map(inline)}</li>);
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case "fence":
      return (
        <ExpandableSection headerText={fence(block.info)}>
          <Pre text={block.text} label={fence(block.info)} />
        </ExpandableSection>
      );
  }
}

function inline(span: Span, key: number) {
  switch (span.kind) {
    case "text":
      return <span key={key}>{span.text}</span>;
    case "strong":
      return <strong key={key}>{span.text}</strong>;
    case "em":
      return <em key={key}>{span.text}</em>;
    case "code":
      return <Box key={key} variant="code">{span.text}</Box>;
    case "link":
      return (
        <Link key={key} href={span.href} external>
          {span.text}
        </Link>
      );
  }
}
