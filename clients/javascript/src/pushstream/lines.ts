import { openEvents } from '../carriers/events.js';
import type { Line } from '../carriers/line.js';
import { openSocket, type Socket } from '../carriers/socket.js';
import { subscriberUrl } from './address.js';
import { readMessage } from './message.js';
import { parameters, take, type Mode, type Stream } from './mode.js';

/** WebSocket: each text is a message; sending goes through it too. */
export function socketMode(stream: Stream): Mode {
  let socket: Socket | null = null;
  return {
    type: 'WebSocket',
    connect() {
      const url = subscriberUrl(
        stream,
        stream.urlPrefixWebsocket,
        parameters(stream),
        !stream._useControlArguments(),
        'ws',
      );
      socket = openSocket(
        url,
        lineOf(stream, () => {
          socket = null;
        }),
      );
    },
    disconnect() {
      const was = socket;
      socket = null;
      if (was) was.close();
      return !!was;
    },
    send(text) {
      if (socket) socket.send(text);
    },
  };
}

/**
 * Server-sent events. The browser reconnects by itself, with Last-Event-ID; only where the position goes in the address
 * do we, for the browser
 * would repeat the old one.
 */
export function eventsMode(stream: Stream): Mode {
  let close: (() => void) | null = null;
  return {
    type: 'EventSource',
    connect() {
      const url = subscriberUrl(
        stream,
        stream.urlPrefixEventsource,
        parameters(stream),
        !stream._useControlArguments(),
      );
      close = openEvents(
        url,
        lineOf(stream, () => {
          close = null;
        }),
        !stream.messagesControlByArgument,
      );
    },
    disconnect() {
      const was = close;
      close = null;
      if (was) was();
      return !!was;
    },
  };
}

function lineOf(stream: Stream, over: () => void): Line {
  return {
    opened: () => stream._onopen(),
    text(data) {
      const message = readMessage(data, stream);
      if (message) take(stream, message, true);
    },
    ended(code) {
      over();
      // 1006: no closing frame. With the first try it is the same: the server is not there, or will not have us.
      stream._onerror({ type: code === 1006 || stream.readyState === 1 ? 'load' : 'timeout' });
    },
  };
}
