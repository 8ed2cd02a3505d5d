// Sends each operation on standard input, [{operation, input}], to the endpoint
// given and prints what the client read back, [{operation, output, error}]. A
// Date travels in both directions as {"$date": milliseconds}.
"use strict";
const fs = require("fs");
const path = require("path");

const [dir, endpoint] = process.argv.slice(2);
const sdk = require(path.join(dir, "node_modules", "@aws-sdk", "client-guardduty"));
const client = new sdk.GuardDutyClient({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  maxAttempts: 1,
});

function map(value, leaf) {
  const replaced = leaf(value);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) return value.map((v) => map(v, leaf));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, map(v, leaf)]));
}
const revive = (v) => map(v, (x) => (x && typeof x === "object" && "$date" in x ? new Date(x.$date) : undefined));
const flatten = (v) => map(v, (x) => (x instanceof Date ? { $date: x.getTime() } : undefined));

async function call({ operation, input }) {
  try {
    const { $metadata, ...output } = await client.send(new sdk[`${operation}Command`](revive(input)));
    return { operation, output: flatten(output) };
  } catch (err) {
    return { operation, error: `${err.name}: ${err.message}` };
  }
}

(async () => {
  const answers = [];
  for (const c of JSON.parse(fs.readFileSync(0, "utf8"))) answers.push(await call(c));
  process.stdout.write(JSON.stringify(answers));
})();
