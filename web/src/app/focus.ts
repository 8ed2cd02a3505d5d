// Where the keyboard is.

const focusable = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex]:not([tabindex='-1'])";

// keepFocus remembers what has the focus; what it returns gives it back, or if that is gone to the nearest that stays.
export function keepFocus(): () => void {
  const path = pathOf(document.activeElement);
  return () => nearest(path)?.focus();
}

// startFocus keeps the keyboard where it is: when what had the focus goes away and nothing else takes it, the nearest that stays
// gets it. A page that is left takes the focus with it, as anywhere.
export function startFocus() {
  let last: Element[] = [];
  let page = "";
  document.addEventListener("focusin", ({ target }) => {
    last = pathOf(target);
    page = location.pathname;
  });
  const keep = () => {
    if (!last[0] || usable(last[0]) || (document.activeElement ?? document.body) !== document.body) return;
    const path = last;
    last = [];
    if (page === location.pathname) nearest(path)?.focus();
  };
  const watched = { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] };
  new MutationObserver(() => requestAnimationFrame(keep)).observe(document.body, watched);
}

// pathOf is an element, what stands beside it, what it is in, what stands beside that, and so on.
function pathOf(target: EventTarget | null): Element[] {
  const path: Element[] = [];
  for (let e = target instanceof Element ? target : null; e && e !== document.body; e = e.parentElement) {
    path.push(...[e, e.nextElementSibling, e.previousElementSibling].filter((x) => x !== null));
  }
  return path;
}

const usable = (e: Element) => e.isConnected && !e.matches(":disabled");

function nearest([first, ...around]: Element[]): HTMLElement | undefined {
  if (first instanceof HTMLElement && usable(first)) return first;
  for (const e of around) {
    if (!e.isConnected) continue;
    const found = [...e.querySelectorAll<HTMLElement>(focusable)].find((inside) => inside.checkVisibility({ visibilityProperty: true }));
    if (found) return found;
  }
  return undefined;
}
