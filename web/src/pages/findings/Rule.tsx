// The page of the rule that raised a finding; its examples, which are many, are folded.

import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import { useMemo } from "react";
import { Markdown } from "../../components/Markdown.tsx";
import { readMarkdown } from "../../components/markdown.ts";
import { texts } from "../../texts/findings.ts";
import { readPage } from "./rulePage.ts";

export function Rule({ text }: { text: string | undefined }) {
  const { prose, examples } = useMemo(() => readPage(readMarkdown(text ?? "")), [text]);
  if (!text) return <Box color="text-body-secondary">{texts.panel.noRule}</Box>;
  return (
    <>
      <Markdown blocks={prose} fence={fenceName} />
      {examples.length > 0 && (
        <ExpandableSection headerText={texts.panel.examples}>
          <Markdown blocks={examples} fence={fenceName} />
        </ExpandableSection>
      )}
    </>
  );
}

function fenceName(info: string): string {
  if (info.includes(" fires")) return texts.panel.exampleFires;
  if (info.includes(" quiet")) return texts.panel.exampleQuiet;
  return info.startsWith("json") || info === "given" ? texts.panel.exampleMore : texts.panel.example;
}
