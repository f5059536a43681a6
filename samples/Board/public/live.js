/* global Centrifuge */

// Of the server's refusals; what is below is a connection that failed, or a server that has to be asked again.
const REFUSED = 400;
const AGAIN = 500;

/**
 * The board's two channels at Halley, by Centrifugo's SDK. board:NAME tells what becomes of items: what was missed
 * while the connection was away is told when it is back (recoverable), and where that is not possible, the board is
 * read again. hands:NAME says where others point, and keeps nothing.
 */
export class Live extends EventTarget {
  #model;
  #outbox;
  #name;
  #board;
  #hands;
  #isWhole = false;
  #isSending = false;
  #timer;

  constructor({ address, name, person, model, outbox }) {
    super();
    [this.#name, this.#model, this.#outbox] = [name, model, outbox];
    const client = new Centrifuge(
      [
        { transport: 'websocket', endpoint: `${address.replace('http', 'ws')}/connection/websocket` },
        { transport: 'http_stream', endpoint: `${address}/connection/http_stream` },
        { transport: 'sse', endpoint: `${address}/connection/sse` },
      ],
      { emulationEndpoint: `${address}/emulation`, data: person, minReconnectDelay: 200, maxReconnectDelay: 3000 },
    );
    client.on('connected', ({ client: id }) => (this.client = id));

    this.#board = client.newSubscription(`board:${name}`, { recoverable: true, joinLeave: true });
    this.#board.on('publication', ({ data }) => model.take(data));
    this.#board.on('subscribed', ctx => this.#begin(ctx.wasRecovering && ctx.recovered));
    this.#board.on('subscribing', () => this.#tell('state'));
    this.#board.on('join', ({ info }) => this.#tell('join', info));
    this.#board.on('leave', ({ info }) => this.#tell('leave', info));

    this.#hands = client.newSubscription(`hands:${name}`);
    this.#hands.on('publication', ({ info, data }) => this.#tell('hand', { info, data }));

    model.addEventListener('changed', () => this.send());
    this.#board.subscribe();
    this.#hands.subscribe();
    client.connect();
  }

  /** Whether what others do is shown now, and what one does oneself is sent. */
  get isLive() {
    return this.#isWhole && this.#board.state === 'subscribed';
  }

  /** Sends what waits, one change after another. */
  async send() {
    this.#tell('state');
    if (this.#isSending) {
      return;
    }
    this.#isSending = true;
    for (let change; this.isLive && (change = this.#outbox.next()); ) {
      await this.#sendOne(change);
    }
    this.#isSending = false;
    this.#tell('state');
  }

  /** Says where one points, and in which note one writes. Nothing is lost with it. */
  point(hand) {
    if (this.#hands.state === 'subscribed') {
      this.#hands.publish(hand).catch(() => {});
    }
  }

  async #sendOne(change) {
    try {
      await this.#board.publish(change);
      this.#outbox.kept(change);
    } catch (error) {
      if (error.code >= REFUSED) {
        this.#model.forget(change);
        this.#tell('refused', error.message);
      } else {
        this.#outbox.failed(change);
        await new Promise(resolve => setTimeout(resolve, AGAIN));
      }
    }
  }

  // The connection is there. First the channel, then the store: what is not in the one is told by the other.
  async #begin(isRecovered) {
    clearTimeout(this.#timer);
    this.#isWhole &&= isRecovered;
    try {
      if (!this.#isWhole) {
        const { rev, items } = await read(`/boards/${this.#name}`);
        this.#model.takeAll(rev, items);
        this.#isWhole = true;
      }
      const { clients } = await this.#board.presence();
      this.#tell('present', Object.values(clients));
      this.send();
    } catch {
      this.#timer = setTimeout(() => this.#board.state === 'subscribed' && this.#begin(this.#isWhole), AGAIN);
    }
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

async function read(path) {
  const answer = await fetch(path);
  if (!answer.ok) {
    throw new Error(`${path}: ${answer.status}`);
  }
  return answer.json();
}
