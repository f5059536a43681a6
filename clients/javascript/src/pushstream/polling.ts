import { request } from '../carriers/request.js';
import { askScript } from '../carriers/script.js';
import { subscriberUrl } from './address.js';
import { readMessage, splitMessages, type PushMessage } from './message.js';
import { hand, parameters, type Mode, type Stream } from './mode.js';

/** Milliseconds between an answer and the next question. */
const Pause = 100;
/** Milliseconds without a refusal after which it counts as open. */
const Opening = 150;
/** Milliseconds a server may be late with its "nothing new". */
const Grace = 2000;

/** Long polling: with validators in the header, or in the address; as a script where the server is another site. */
export function pollingMode(stream: Stream): Mode {
  let cancel: (() => void) | null = null;
  let timers: number[] = [];
  let resumed = false;

  const later = (delay: number, then: () => void) => {
    timers.push(setTimeout(then, delay) as unknown as number);
  };
  const disconnect = () => {
    const was = cancel;
    cancel = null;
    timers.forEach(clearTimeout);
    timers = [];
    if (was) was();
    return !!was;
  };

  const listen = () => {
    timers.forEach(clearTimeout);
    timers = [];
    cancel = cancel || (() => {});
    later(Pause, ask);
  };

  const ask = () => {
    const byArgument = stream.messagesControlByArgument;
    // Old messages are asked for once; an address that goes on naming them would be given the same ones again and
    // again.
    const url = subscriberUrl(
      stream,
      stream.urlPrefixLongpolling,
      parameters(stream),
      !resumed && !stream._useControlArguments(),
    );
    const asked = new Date().getTime();
    if (stream._crossDomain || stream.useJSONP) {
      cancel = askScript(
        name => url + '&callback=' + name,
        (value, end) => {
          if (end === 'called') return answered(value instanceof Array ? value : [value]);
          if (end === 'loaded' || new Date().getTime() - asked > stream.timeout / 2) return listen();
          failed(403);
        },
        'PushStreamManager_' + stream.id + '_onmessage_',
      );
    } else {
      const headers: { [name: string]: string } = {};
      if (!byArgument) {
        headers['If-None-Match'] = String(stream._etag);
        if (stream._lastModified) headers['If-Modified-Since'] = stream._lastModified;
      }
      cancel = request(url, { headers }, answer => {
        if (!byArgument && answer.header('Last-Modified')) {
          stream._etag = answer.header('Etag');
          stream._lastModified = answer.header('Last-Modified');
          resumed = true;
        }
        if (answer.status === 200) answered(splitMessages(answer.text));
        else if (answer.status === 304) listen();
        else failed(answer.status);
      });
    }
    const giveUp = cancel;
    later(stream.timeout + Grace, () => {
      giveUp();
      listen();
    });
  };

  const answered = (parts: unknown[]) => {
    listen();
    const messages = parts
      .map(part => readMessage(part, stream))
      .filter((message): message is PushMessage => message !== null);
    messages.forEach(message => {
      // With validators in the header the answer's own count, not those of its messages.
      if (stream.messagesControlByArgument && message.time) {
        stream._etag = message.tag || 0;
        stream._lastModified = message.time;
      }
    });
    messages.forEach((message, i) => hand(stream, message, i === messages.length - 1));
  };

  const failed = (status: number) => {
    const connecting = stream.readyState === 1;
    disconnect();
    stream._onerror({ type: status === 403 || connecting ? 'load' : 'timeout' });
  };

  return {
    type: 'LongPolling',
    connect(fresh) {
      disconnect();
      if (fresh) resumed = false;
      if (stream._crossDomain || stream.useJSONP) stream.messagesControlByArgument = true;
      listen();
      setTimeout(() => {
        if (cancel && stream.readyState === 1) stream._onopen();
      }, Opening);
    },
    disconnect,
  };
}
