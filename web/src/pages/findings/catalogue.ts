import text from "../../../../criteria/attributes.txt?raw";
import { readAttributes } from "./attributes.ts";

export const attributes = readAttributes(text);

const kinds = new Map(attributes.map((a) => [a.path, a.kind]));

export const kindOf = (path: string) => kinds.get(path);
