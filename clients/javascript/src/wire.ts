/** One object as the server sends it; docs/protocols/icomet.md says which type has which fields. */
export interface WireMessage {
  type: string;
  cname?: string;
  seq?: number;
  content?: string;
  epoch?: string;
  from?: number;
  to?: number;
  reason?: string;
  /** Offset of the channel's newest message, in a heartbeat. */
  top?: number;
}

/**
 * What a piece of text holds: one object or an array of them; null if it is something else, a proxy's page for example.
 */
export function parseMessages(text: string): WireMessage[] | null {
  try {
    return asMessages(JSON.parse(text));
  } catch (_) {
    return null;
  }
}

export function asMessages(value: unknown): WireMessage[] | null {
  const list = value instanceof Array ? value : [value];
  for (let i = 0; i < list.length; i++) {
    if (!list[i] || typeof list[i].type !== 'string') return null;
  }
  return list;
}
