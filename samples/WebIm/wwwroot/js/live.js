// This window's channel at Halley. Halley tells what happens; what was ever missed is read from the messenger's own
// store.
import { HalleyClient } from './halley.mjs';
import { api } from './api.js';

const FirstPause = 500; // milliseconds
const LongestPause = 8_000;

/**
 * Follows a channel until stop() is called.
 * told(event): something happened. missed(): more may have happened than was told, and everything is to be read from
 * the store.
 * connected(isOpen). refused(error): the server does not let us, and trying again would not help.
 */
export function follow({ told, missed, connected, refused }) {
  let stopped = false;
  let client = null;

  async function begin() {
    const first = await untilGiven();
    if (!first) return;
    let token = first.token;
    client = new HalleyClient({
      url: first.url,
      transports: ['websocket', 'sse', 'streaming', 'longpolling'],
      backoff: { min: FirstPause, max: LongestPause },
    });
    const subscription = client.subscribe(first.channel, {
      seq: first.seq,
      // Asked again when Halley does not know the token any more: it was started anew, or this window slept for long.
      token: async () => {
        const given = token ?? (await again(first.channel)).token;
        token = null;
        return given;
      },
    });
    subscription.on('message', message => told(JSON.parse(message.content)));
    // Whatever the reason, the store knows: it is asked each time the connection opens, and whenever Halley says that
    // something is missing.
    subscription.on('open', () => {
      connected(true);
      missed();
    });
    subscription.on('gap', missed);
    subscription.on('reset', missed);
    subscription.on('close', event => {
      connected(false);
      if (!event.retry && event.reason === 'closed') check();
    });
  }

  /** A channel for this window. As long as Halley is away, it is asked for again. */
  async function untilGiven() {
    for (let pause = FirstPause; !stopped; pause = Math.min(pause * 2, LongestPause)) {
      try {
        return await api.post('channel');
      } catch (error) {
        connected(false);
        if (!error.passes) return refused(error);
        await new Promise(resolve => setTimeout(resolve, pause));
      }
    }
  }

  async function again(channel) {
    try {
      return await api.post('channel', { channel });
    } catch (error) {
      if (error.status === 404)
        location.reload(); // it slept so long that its channel is forgotten
      else if (!error.passes) refused(error);
      throw error; // the client tries again after a while
    }
  }

  /** The channel was closed: somebody signed out in another window, or the session is over. */
  function check() {
    api.get('me').then(() => location.reload(), refused);
  }

  begin();
  return {
    stop() {
      stopped = true;
      client?.close();
    },
  };
}
