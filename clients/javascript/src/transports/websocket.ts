import { openSocket } from '../carriers/socket.js';
import { hear } from './hear.js';
import type { Transport } from './transport.js';

/** How often in a row it is sent on: nodes that do not agree would send it to and fro without end. */
const Moves = 3;

/**
 * WebSockets know no redirect. A server that shares its channels with others says instead, as the first thing and the last, where the channel is: then this
 * connection goes on there. Where that one fails it has failed as any other, and the next begins at the address that the page knows.
 */
export const webSocket: Transport = {
  name: 'websocket',
  streams: true,
  supported: () => typeof WebSocket !== 'undefined',
  open(address, receiver) {
    let moves = 0;
    let close: () => void;
    const connect = (url: string) => {
      let begun = false;
      close = hear({
        connected: () => receiver.connected(),
        received(messages) {
          const first = messages[0];
          if (begun || !first || first.type !== 'moved') {
            begun = true;
            return receiver.received(messages);
          }
          close();
          const to = ++moves > Moves ? '' : elsewhere(first.content, url);
          if (!to) return receiver.ended();
          try {
            connect(to);
          } catch (_) {
            receiver.ended(); // the browser refuses the address
          }
        },
        ended: () => receiver.ended(),
      }, line => openSocket(url, line).close);
    };
    connect(address('ws').replace(/^http/, 'ws'));
    return () => close();
  },
};

/** The address for a WebSocket that content names, with everything in it; '' where it is not whole, not of the web, or would send in the clear what was encrypted so far. */
function elsewhere(content: string | undefined, from: string): string {
  const parts = /^(?:http|ws)(s?:\/\/[^/].*)/i.exec(content || '');
  const to = parts ? 'ws' + parts[1] : '';
  return /^wss/i.test(from) && !/^wss/i.test(to) ? '' : to;
}
