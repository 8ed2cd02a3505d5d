// A value that components watch: useValue(store) renders again when it is set.

import { useSyncExternalStore } from "react";

interface Store<T> {
  get(): T;
  set(value: T): void;
  watch(changed: () => void): () => void;
}

export function store<T>(first: T): Store<T> {
  let value = first;
  const watchers = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const changed of [...watchers]) changed();
    },
    watch(changed) {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
  };
}

export function useValue<T>(from: Store<T>): T {
  return useSyncExternalStore(from.watch, from.get);
}
