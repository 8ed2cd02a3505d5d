import text from "../../../../criteria/attributes.txt?raw";
import { readAttributes } from "./attributes.ts";

export const attributes = readAttributes(text);

const kinds = new Map(attributes.map((a) => [a.path, a.kind]));

export const kindOf = (path: string) => kinds.get(path);

const paths = new Map(attributes.map((a) => [a.path.toLowerCase(), a.path]));

// pathOf is an attribute's path as the catalogue has it: the server reads it in any case.
export const pathOf = (path: string) => paths.get(path.toLowerCase());
