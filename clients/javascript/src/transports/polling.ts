import { request } from '../carriers/request.js';
import { askScript } from '../carriers/script.js';
import { asMessages, parseMessages, type WireMessage } from '../wire.js';
import type { Receiver, Transport } from './transport.js';

/** Answers without news that may come faster than this, in milliseconds… */
const Hasty = 1000;
/** …before the connection counts as broken: a server that never holds a question would be asked without end. */
const HastyAnswers = 5;

export const longPolling: Transport = {
  name: 'longpolling',
  streams: false,
  supported: () => typeof XMLHttpRequest !== 'undefined',
  open: (address, receiver) =>
    poll(receiver, answered =>
      request(
        address('poll', { _: new Date().getTime() }),
        {
          begun: status => {
            if (status === 200) receiver.connected();
          },
        },
        answer => answered(answer.status === 200 ? parseMessages(answer.text) : null),
      ),
    ),
};

export const jsonp: Transport = {
  name: 'jsonp',
  streams: false,
  supported: () => typeof document !== 'undefined',
  open: (address, receiver) =>
    poll(receiver, answered =>
      askScript(
        name => address('poll', { cb: name, _: new Date().getTime() }),
        value => answered(asMessages(value)),
      ),
    ),
};

/** Asks, hands on the answer, asks again from the new position. */
function poll(receiver: Receiver, ask: (answered: (messages: WireMessage[] | null) => void) => () => void): () => void {
  let closed = false;
  let hasty = 0;
  let cancel: () => void;
  const again = () => {
    const asked = new Date().getTime();
    cancel = ask(messages => {
      if (closed) return;
      hasty = messages && (hasNews(messages) || new Date().getTime() - asked > Hasty) ? 0 : hasty + 1;
      if (messages) receiver.received(messages);
      if (closed) return;
      if (messages && hasty <= HastyAnswers) return again();
      closed = true;
      receiver.ended();
    });
  };
  again();
  return () => {
    closed = true;
    cancel();
  };
}

function hasNews(messages: WireMessage[]): boolean {
  return messages.some(message => message.type === 'data' || message.type === 'broadcast');
}
