/** A place that outlives the page; sessionStorage as a rule. */
export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** The page's sessionStorage, or null where the browser forbids it. */
export function sessionStore(): Store | null {
  try {
    return sessionStorage;
  } catch (_) {
    return null;
  }
}

// A store may be full, or forbidden: then nothing is remembered, and nothing else changes.
export function load(store: Store | null, key: string): string {
  try {
    return (store && store.getItem(key)) || '';
  } catch (_) {
    return '';
  }
}

export function save(store: Store | null, key: string, value: string): void {
  try {
    if (store) store.setItem(key, value);
  } catch (_) {}
}

export interface Position {
  epoch: string;
  seq: number;
}

export function loadPosition(store: Store | null, key: string): Position | null {
  const parts = /^(\d*):(\d+)$/.exec(load(store, key));
  return parts && { epoch: parts[1], seq: +parts[2] };
}

export function savePosition(store: Store | null, key: string, position: Position): void {
  save(store, key, position.epoch + ':' + position.seq);
}
