import type { Query } from '../address.js';
import type { Place } from './address.js';
import type { PushMessage } from './message.js';

/** One of the ways to be connected. */
export interface Mode {
  /** 'WebSocket', 'EventSource', 'Stream' or 'LongPolling'. */
  readonly type: string;
  /** fresh: the page asked for it, perhaps with other channels; otherwise it goes on after a failure. */
  connect(fresh: boolean): void;
  /** Returns whether there was a connection. */
  disconnect(): boolean;
  send?(text: string): void;
}

/** What a mode needs of its PushStream. */
export interface Stream extends Place {
  readonly id: number;
  readonly readyState: number;
  _etag: string | number | null;
  _lastModified: string | null;
  _lastEventId: string | null;
  readonly _crossDomain: boolean;
  _keepConnected: boolean;
  _useControlArguments(): boolean;
  _onopen(): void;
  _onerror(error: { type: 'load' | 'timeout' }): void;
  _onmessage(
    text: string,
    id: number,
    channel: string,
    eventid: string,
    isLast: boolean,
    time: string | undefined,
  ): void;
}

/** The parameters of a question: the page's own, and where it stands. */
export function parameters(stream: Stream, more: Query = {}): Query {
  const query: Query = {};
  [stream.extraParams() as Query, { _: new Date().getTime() } as Query, more].forEach(part => {
    for (const name in part) query[name] = part[name];
  });
  query[stream.tagArgument] = query[stream.timeArgument] = query[stream.eventIdArgument] = '';
  if (stream.messagesControlByArgument) {
    query[stream.tagArgument] = Number(stream._etag);
    if (stream._lastModified) query[stream.timeArgument] = stream._lastModified;
    else if (stream._lastEventId) query[stream.eventIdArgument] = stream._lastEventId;
  }
  return query;
}

/** Remembers where the message stands, and hands it on. */
export function take(stream: Stream, message: PushMessage, isLast: boolean): void {
  if (message.tag) stream._etag = message.tag;
  if (message.time) stream._lastModified = message.time;
  if (message.eventid) stream._lastEventId = message.eventid;
  hand(stream, message, isLast);
}

export function hand(stream: Stream, message: PushMessage, isLast: boolean): void {
  stream._onmessage(message.text, message.id, message.channel, message.eventid, isLast, message.time);
}
