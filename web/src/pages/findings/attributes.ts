// The attributes of findings that criteria can ask for: the server's own catalogue, which names one step of the paths a line, a
// space deeper than the step before it, and with the last step its kind.

export type Kind = "text" | "number" | "date" | "bool" | "address";

export interface Attribute {
  path: string; // "resource.instanceDetails.instanceId"
  kind: Kind;
}

export function readAttributes(catalogue: string): Attribute[] {
  const all: Attribute[] = [];
  const steps: string[] = [];
  for (const line of catalogue.split("\n")) {
    const text = line.trimStart();
    if (!text) continue;
    const [name = "", kind] = text.split(" ");
    steps.length = line.length - text.length;
    steps.push(name);
    if (kind) all.push({ path: steps.join("."), kind: kind as Kind });
  }
  return all;
}
