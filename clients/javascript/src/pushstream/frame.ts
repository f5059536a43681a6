import { openFrame } from '../carriers/frame.js';
import { sharedDomain, subscriberUrl } from './address.js';
import { unescapeText } from './message.js';
import { parameters, take, type Mode, type Stream } from './mode.js';

/** A frame's window, as the server's header template sees it. */
export type FrameWindow = Window & {
  p?: (id: number, channel: string, text: string, eventid?: string, time?: string, tag?: string) => void;
};

export interface FrameMode extends Mode {
  register(frame: FrameWindow): void;
}

/** The forever iframe: its page registers, then calls p for each message and each ping. */
export function frameMode(stream: Stream): FrameMode {
  let close: (() => void) | null = null;
  let timer = 0;
  let registered = false;

  const disconnect = () => {
    const was = close;
    close = null;
    clearTimeout(timer);
    if (was) was();
    return !!was;
  };
  const fail = (type: 'load' | 'timeout') => {
    if (disconnect()) stream._onerror({ type });
  };
  const wait = (delay: number, type: 'load' | 'timeout') => {
    clearTimeout(timer);
    timer = setTimeout(() => fail(type), delay) as unknown as number;
  };

  return {
    type: 'Stream',
    connect() {
      disconnect();
      registered = false;
      try {
        document.domain = sharedDomain(stream.host);
      } catch (_) {} // an address, or a browser that no longer lets pages do that
      const url = subscriberUrl(
        stream,
        stream.urlPrefixStream,
        parameters(stream, { streamid: stream.id }),
        !stream._useControlArguments(),
      );
      close = openFrame(
        url,
        () => fail(registered ? 'timeout' : 'load'),
        frame => {
          frame.id = 'PushStreamManager_' + stream.id;
        },
      );
      wait(stream.timeout, 'load');
    },
    disconnect,
    register(frame) {
      if (!close) return;
      registered = true;
      frame.p = (id, channel, text, eventid, time, tag) => {
        if (!close) return;
        wait(stream.pingtimeout, 'timeout');
        const ping = id === -1;
        take(
          stream,
          {
            id,
            channel,
            text: unescapeText(text),
            eventid: ping ? '' : eventid || '',
            time: ping ? undefined : time,
            tag: ping ? undefined : tag,
          },
          true,
        );
      };
      wait(stream.pingtimeout, 'timeout');
      stream._onopen();
    },
  };
}
