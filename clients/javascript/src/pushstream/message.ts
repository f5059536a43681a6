import type { FullSettings } from './settings.js';

export interface PushMessage {
  /** From 1; -1 a ping, -2 the channel was deleted, -3 a poll that timed out. */
  id: number;
  channel: string;
  text: string;
  tag: string | number | undefined;
  time: string | undefined;
  eventid: string;
}

/** A message as the server's template wrote it: JSON, under whatever names the page was told. null: it is none. */
export function readMessage(source: unknown, keys: FullSettings): PushMessage | null {
  let value = source as { [name: string]: unknown };
  try {
    if (typeof source === 'string') value = JSON.parse(source);
  } catch (_) {
    return null;
  }
  if (!value || typeof value !== 'object') return null;
  const text = value[keys.jsonTextKey];
  return {
    id: value[keys.jsonIdKey] as number,
    channel: value[keys.jsonChannelKey] as string,
    text: typeof text === 'string' ? unescapeText(text) : (text as string),
    tag: value[keys.jsonTagKey] as string | undefined,
    time: value[keys.jsonTimeKey] as string | undefined,
    eventid: (value[keys.jsonEventIdKey] as string) || '',
  };
}

/**
 * Publishers that use this script send text percent-encoded; what others sent may hold a bare percent sign, and stays
 * as it is.
 */
export function unescapeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (_) {
    return text;
  }
}

/** An answer may hold several, one directly behind the other. */
export function splitMessages(text: string): string[] {
  return text
    .replace(/\}\{/g, '}\r\n{')
    .split('\r\n')
    .filter(part => part !== '');
}
