import assert from "node:assert/strict";
import { test } from "node:test";
import { sequenceOf } from "./sequence.ts";

const shown = (sequence: unknown) => sequenceOf({ service: { detection: { sequence } } });

test("signals in the order of time", () => {
  const signals = [{ name: "b", firstSeenAt: 20, lastSeenAt: 30 }, { name: "a", createdAt: "1970-01-01T00:00:10Z", severity: 8 }];
  assert.deepEqual(shown({ signals })?.signals.map((s) => [s.name, s.first, s.last, s.count, s.severity]), [["a", 10_000, 10_000, 1, 8], ["b", 20_000, 30_000, 1, undefined]]);
  assert.equal(shown({ signals: [] }), undefined);
  assert.equal(sequenceOf({}), undefined);
});

test("a signal names its parties, and an id that nothing explains", () => {
  const sequence = shown({
    actors: [{ id: "a1", user: { name: "dana", type: "IAMUser" } }],
    resources: [{ uid: "arn:aws:s3:::logs", resourceType: "S3_BUCKET", name: "logs" }, { uid: "u2" }],
    endpoints: [{ id: "e1", ip: "198.51.100.7", autonomousSystem: { name: "Example", number: 64500 }, location: { city: "Oslo", country: "Norway" } }],
    sequenceIndicators: [{ key: "ATTACK_TACTIC", values: ["Impact", "Discovery"] }],
    signals: [{ actorIds: ["a1"], resourceUids: ["arn:aws:s3:::logs", "u3"], endpointIds: ["e1"], signalIndicators: [{ key: "TOR_IP", title: "Known Tor exit" }] }],
  });
  assert.deepEqual(sequence?.signals[0]?.parties, ["dana", "S3 bucket: logs", "u3", "198.51.100.7, Example, Oslo, Norway"]);
  assert.deepEqual(sequence?.signals[0]?.indicators, ["Known Tor exit"]);
  assert.deepEqual([sequence?.actors, sequence?.resources, sequence?.indicators], [["dana"], ["S3 bucket: logs", "u2"], ["Attack tactic: Impact, Discovery"]]);
});
