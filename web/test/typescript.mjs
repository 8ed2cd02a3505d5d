// Lets Node read TypeScript by itself: for unit tests, without a build.

import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { URL } from "node:url";
import ts from "typescript";

if (!import.meta.url.endsWith("?hooks")) register(`${import.meta.url}?hooks`); // this file again, as the loader

export async function load(url, context, next) {
  if (!url.endsWith(".ts") && !url.endsWith(".tsx")) return next(url, context);
  const source = await readFile(new URL(url), "utf8");
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, jsx: ts.JsxEmit.ReactJSX, verbatimModuleSyntax: true };
  return { format: "module", shortCircuit: true, source: ts.transpileModule(source, { compilerOptions: options, fileName: url }).outputText };
}
