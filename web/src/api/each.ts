// Does something to several, one after the other, to the end: what fails is counted, with the first reason.

export interface Outcome<T> {
  done: T[];
  failed: number;
  error?: unknown; // the first
}

export async function each<In, Out>(all: readonly In[], act: (one: In) => Promise<Out>): Promise<Outcome<Out>> {
  const outcome: Outcome<Out> = { done: [], failed: 0 };
  for (const one of all) {
    try {
      outcome.done.push(await act(one));
    } catch (error) {
      outcome.failed++;
      outcome.error ??= error;
    }
  }
  return outcome;
}
