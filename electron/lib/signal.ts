/** An observable value: what it is now, and a call after each change. */

export type Unsubscribe = () => void;

export interface ReadableSignal<T> {
  get(): T;
  /** Calls back after each change, not with the present value.  Stopping twice is harmless. */
  subscribe(listener: (value: T) => void): Unsubscribe;
}

export interface Signal<T> extends ReadableSignal<T> {
  /** Setting the very same value (`Object.is`) tells nobody. */
  set(value: T): void;
  /** Forgets every listener: for the owner, when it closes. */
  clear(): void;
}

export function createSignal<T>(initial: T): Signal<T> {
  let current = initial;
  // Keyed by a fresh object: the same function may subscribe twice and stop once.
  const listeners = new Map<object, (value: T) => void>();
  return {
    get: () => current,
    set: (value) => {
      if (Object.is(value, current)) return;
      current = value;
      for (const [key, listener] of [...listeners]) {
        // One that was stopped by a listener before it must not be called any more.
        if (listeners.has(key)) listener(value);
      }
    },
    subscribe: (listener) => {
      const key = {};
      listeners.set(key, listener);
      return () => void listeners.delete(key);
    },
    clear: () => listeners.clear(),
  };
}
