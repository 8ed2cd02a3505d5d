// Sends each line of standard input, {operation, input, key, secret}, to the endpoint given and prints what the client read
// back, a line each: {output}, or {error} with Picket's detail. A Date travels as {"$date": milliseconds}.
"use strict";
const path = require("path");
const readline = require("readline");

const [dir, endpoint, region] = process.argv.slice(2);
const sdk = require(path.join(dir, "node_modules", "@aws-sdk", "client-guardduty"));
const clients = {};

function client(key, secret) {
  return (clients[key] ??= new sdk.GuardDutyClient({
    endpoint,
    region,
    credentials: { accessKeyId: key, secretAccessKey: secret },
    maxAttempts: 1,
  }));
}

const flatten = (v) => JSON.parse(JSON.stringify(v, function (k, x) {
  return this[k] instanceof Date ? { $date: this[k].getTime() } : x;
}));

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { operation, input, key, secret } = JSON.parse(line);
    let answer;
    try {
      const { $metadata, ...output } = await client(key, secret).send(new sdk[`${operation}Command`](input));
      answer = { output: flatten(output) };
    } catch (err) {
      answer = { error: [`${err.name}: ${err.message}`, err.detail].filter(Boolean).join(" ") };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
})();
