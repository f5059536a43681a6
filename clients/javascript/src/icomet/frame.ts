import { openFrame } from '../carriers/frame.js';
import type { Receiver, Transport } from '../transports/transport.js';
import { asMessages } from '../wire.js';

// The frame's scripts call parent.icomet_cb, one name for all: the channel says whose message it is.
const receivers: { [channel: string]: Receiver } = {};

/** The forever iframe, for browsers that have nothing better. */
export const foreverFrame: Transport = {
  name: 'iframe',
  streams: true,
  supported: () => typeof document !== 'undefined',
  open(address, receiver) {
    const url = address('iframe');
    const channel = decodeURIComponent((/[?&]cname=([^&]*)/.exec(url) || ['', ''])[1]);
    shareDomain();
    (window as unknown as { icomet_cb: (value: unknown) => void }).icomet_cb = route;
    receivers[channel] = receiver;
    const close = openFrame(url, () => receiver.ended());
    return () => {
      if (receivers[channel] === receiver) delete receivers[channel];
      close();
    };
  },
};

function route(value: unknown): void {
  const messages = asMessages(value);
  const receiver = messages && messages[0] && receivers[messages[0].cname || ''];
  if (receiver) receiver.received(messages!);
}

/**
 * The frame sets its document.domain to the last two labels of its host; only a page that did so too can be called by
 * it.
 */
function shareDomain(): void {
  try {
    document.domain = location.hostname.split('.').slice(-2).join('.');
    // An address, or a browser that no longer lets pages do that: then both are one site, or this fails and the next is
    // tried.
  } catch (_) {}
}
