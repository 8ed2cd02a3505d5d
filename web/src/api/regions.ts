// Asks several regions for the same.

// Answers are those of the regions that gave one; the others have why not.
export interface Answers<T> {
  of: Map<string, T>;
  refused: Map<string, unknown>;
}

// askEach asks all at once, and never throws.
export async function askEach<T>(regions: readonly string[], ask: (region: string) => Promise<T>): Promise<Answers<T>> {
  const answers: Answers<T> = { of: new Map(), refused: new Map() };
  const settled = await Promise.allSettled(regions.map(ask));
  settled.forEach((one, i) => {
    const region = regions[i] ?? "";
    if (one.status === "fulfilled") answers.of.set(region, one.value);
    else answers.refused.set(region, one.reason);
  });
  return answers;
}
