import type { Line } from '../carriers/line.js';
import { parseMessages } from '../wire.js';
import type { Receiver } from './transport.js';

/** Each text is a message; one that is not ends the connection, for what follows cannot be trusted. */
export function hear(receiver: Receiver, open: (line: Line) => () => void): () => void {
  const close = open({
    opened: () => receiver.connected(),
    text(data) {
      const messages = parseMessages(data);
      if (messages) return receiver.received(messages);
      close();
      receiver.ended();
    },
    ended: () => receiver.ended(),
  });
  return close;
}
