// What the browser remembers between visits: how things look, never what they say.

export function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(`picket.${name}`) ?? undefined;
  } catch {
    return undefined; // storage is forbidden
  }
}

export function remember(name: string, value: string) {
  try {
    localStorage.setItem(`picket.${name}`, value);
  } catch {
    // it is forgotten, then
  }
}
