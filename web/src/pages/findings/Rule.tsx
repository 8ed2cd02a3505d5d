// The page of the rule that raised a finding, with its examples folded.

import Box from "@cloudscape-design/components/box";
import { Markdown } from "../../components/Markdown.tsx";
import type { Block } from "../../components/markdown.ts";
import { texts } from "../../texts/findings.ts";

export function Rule({ text }: { text: string | undefined }) {
  if (!text) return <Box color="text-body-secondary">{texts.panel.noRule}</Box>;
  return <Markdown text={text} fence={fenceName} skip={skip} />;
}

const skip = (block: Block) => block.kind === "fence" && block.info === "json finding";

function fenceName(info: string): string {
  if (info.includes(" fires")) return texts.panel.exampleFires;
  if (info.includes(" quiet")) return texts.panel.exampleQuiet;
  return info.startsWith("json") || info === "given" ? texts.panel.exampleMore : texts.panel.example;
}
