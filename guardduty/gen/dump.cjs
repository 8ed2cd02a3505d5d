// Prints the contract of the installed @aws-sdk/client-guardduty as JSON:
// structures, enums and operations, in names that model.go reads.
"use strict";
const fs = require("fs");
const path = require("path");

const root = path.join(process.argv[2], "node_modules", "@aws-sdk", "client-guardduty");
const sdk = require(root);

const LIST = 1, MAP = 2, STRUCTURE = 3, UNION = 4, OPERATION = 9, ERROR = -3;
const SIMPLE = { 0: "string", 1: "number", 2: "boolean", 4: "timestamp" };
const LIST_OF = 64, MAP_OF = 128;

const resolve = (ref) => (typeof ref === "function" ? ref() : ref);

function simple(code) {
  if (!(code in SIMPLE)) throw new Error(`unknown simple type ${code}`);
  return { kind: SIMPLE[code] };
}

// A reference is a number, a schema, or a function that returns one; list and
// map elements may be wrapped as [reference, traits].
function typeOf(ref) {
  const s = resolve(ref);
  if (typeof s === "number") {
    if (s & MAP_OF) return { kind: "map", of: simple(s & ~MAP_OF) };
    if (s & LIST_OF) return { kind: "list", of: simple(s & ~LIST_OF) };
    return simple(s);
  }
  if (typeof s[0] === "function") return typeOf(s[0]);
  switch (s[0]) {
    case 0: return typeOf(s[4]);
    case LIST: return { kind: "list", of: typeOf(s[4]) };
    case MAP: return { kind: "map", of: typeOf(s[5]) };
    case STRUCTURE: case UNION: return { kind: "struct", name: s[2] };
  }
  throw new Error(`unknown schema ${JSON.stringify(s)}`);
}

function member(name, ref, required) {
  const [type, traits] = Array.isArray(ref) ? ref : [ref, 0];
  const m = { name, type: typeOf(type), in: "body", wire: name, required };
  if (traits === 1) {
    m.in = "path";
  } else if (typeof traits === "object") {
    for (const [trait, value] of Object.entries(traits)) {
      if (trait === "jsonName") m.wire = value;
      else if (trait === "httpQuery") { m.in = "query"; m.wire = value; }
      else if (trait === "idempotencyToken") m.idempotencyToken = true;
      else throw new Error(`unknown trait ${trait} of ${name}`);
    }
  } else if (traits !== 0) {
    throw new Error(`unknown traits ${traits} of ${name}`);
  }
  return m;
}

const enums = {};
for (const [name, value] of Object.entries(sdk)) {
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !name.endsWith("$")
    && Object.values(value).length > 0 && Object.values(value).every((v) => typeof v === "string")) {
    enums[name] = Object.entries(value);
  }
}

// The schemas type an enum as a string; only the declarations name it.
function enumsOfMembers() {
  const dir = path.join(root, "dist-types", "models");
  const found = {};
  for (const file of fs.readdirSync(dir).filter((f) => f.endsWith(".d.ts"))) {
    let shape = "";
    for (const line of fs.readFileSync(path.join(dir, file), "utf8").split("\n")) {
      const head = /^export (?:interface|declare class) (\w+)/.exec(line);
      if (head) shape = head[1];
      const field = /^    (\w+)\??: (.*) \| undefined;$/.exec(line);
      if (!field) continue;
      const leaf = /(\w+)(?:\[\]|>)*$/.exec(field[2]);
      if (leaf && leaf[1] in enums) found[`${shape}.${field[1]}`] = leaf[1];
      const key = /Record<(\w+),/.exec(field[2]);
      if (key && key[1] in enums) found[`${shape}.${field[1]}.key`] = key[1];
    }
  }
  return found;
}

function errorsOf(operation) {
  const file = path.join(root, "dist-types", "commands", `${operation}Command.d.ts`);
  const text = fs.readFileSync(file, "utf8");
  return [...text.matchAll(/@throws \{@link (\w+)\} \((?:client|server) fault\)/g)].map((m) => m[1]).sort();
}

const memberEnums = enumsOfMembers();
const leafOf = (type) => (type.of ? leafOf(type.of) : type);
const shapes = [], operations = [];
for (const [key, s] of Object.entries(sdk)) {
  if (!key.endsWith("$") || !Array.isArray(s) || s[1] !== "com.amazonaws.guardduty") continue;
  const [kind, , name, traits] = s;
  if (kind === OPERATION) {
    const [method, uri, status] = traits.http;
    const [input, output] = [resolve(s[4]), resolve(s[5])].map((io) => (Array.isArray(io) ? io[2] : ""));
    operations.push({ name, method, uri, status, input, output, errors: errorsOf(name), paginated: `paginate${name}` in sdk });
    continue;
  }
  if (![STRUCTURE, UNION, ERROR].includes(kind)) throw new Error(`unknown kind ${kind} of ${name}`);
  const members = s[4].map((m, i) => member(m, s[5][i], i < (s[6] || 0)));
  for (const m of members) {
    const value = memberEnums[`${name}.${m.name}`], key = memberEnums[`${name}.${m.name}.key`];
    const leaf = leafOf(m.type);
    if (value && leaf.kind === "string") leaf.enum = value;
    if (key) m.type.keyEnum = key;
  }
  shapes.push({ name, union: kind === UNION, status: kind === ERROR ? traits.httpError : 0, members });
}
process.stdout.write(JSON.stringify({ shapes, enums, operations }, null, 1));
