import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { readMarkdown, readSpans } from "./markdown.ts";

test("blocks", () => {
  const text = "# Title\n\nOne line\nand **two**.\n- a\n- b\n  more\n\n1. x\n```json part\n{\"a\": 1}\n\n# no title\n```\nlast";
  assert.deepEqual(readMarkdown(text), [
    { kind: "heading", level: 1, spans: [{ kind: "text", text: "Title" }] },
    { kind: "paragraph", spans: [{ kind: "text", text: "One line and " }, { kind: "strong", text: "two" }, { kind: "text", text: "." }] },
    { kind: "list", ordered: false, items: [[{ kind: "text", text: "a" }], [{ kind: "text", text: "b more" }]] },
    { kind: "list", ordered: true, items: [[{ kind: "text", text: "x" }]] },
    { kind: "fence", info: "json part", text: '{"a": 1}\n\n# no title' },
    { kind: "paragraph", spans: [{ kind: "text", text: "last" }] },
  ]);
  assert.deepEqual(readMarkdown("```open\nto the end"), [{ kind: "fence", info: "open", text: "to the end" }]);
  assert.deepEqual(readMarkdown(""), []);
});

test("links only to the web; HTML stays text", () => {
  const f = (text: string, ...kinds: string[]) => assert.deepEqual(readSpans(text).map((s) => s.kind), kinds);
  f("[a](https://example.com) and [b](javascript:alert(1))", "link", "text");
  f('<img src=x onerror="alert(1)">', "text");
  f("`**no strong**` *em* 2 * 3 * 4", "code", "text", "em", "text");
});

test("every page of a rule is read, and nothing of it is lost", () => {
  const rules = new URL("../../../rules/", import.meta.url);
  let pages = 0;
  for (const family of readdirSync(rules, { withFileTypes: true }).filter((d) => d.isDirectory())) {
    for (const name of readdirSync(new URL(`${family.name}/`, rules)).filter((n) => n.endsWith(".md"))) {
      const blocks = readMarkdown(readFileSync(new URL(`${family.name}/${name}`, rules), "utf8"));
      assert.equal(blocks[0]?.kind, "heading", name);
      const text = JSON.stringify(blocks.filter((b) => b.kind !== "fence"));
      assert.ok(!text.includes("```") && !text.includes("**"), name);
      pages++;
    }
  }
  assert.ok(pages > 50);
});
