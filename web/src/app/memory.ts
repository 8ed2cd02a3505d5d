// What the browser remembers between visits, and a tab from one page to the next: how things look, never what they say.

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

// leave is for the page that this tab loads next, which takes it.
export function leave(name: string, value: string) {
  try {
    sessionStorage.setItem(`picket.${name}`, value);
  } catch {
    // it goes untold, then
  }
}

export function take(name: string): string | undefined {
  try {
    const left = sessionStorage.getItem(`picket.${name}`) ?? undefined;
    sessionStorage.removeItem(`picket.${name}`);
    return left;
  } catch {
    return undefined;
  }
}
