import type { WireMessage } from '../../src/wire';

interface Sub {
  send(messages: WireMessage[]): void;
  end(): void;
  /** A poll: it ends with the first answer. */
  once: boolean;
  told: boolean;
  cname: string;
  since: number;
}

interface Channel {
  epoch: string;
  top: number;
  kept: WireMessage[];
  subs: Sub[];
}

/**
 * A server in memory that speaks positions (or, with old set, only what the original does), and does at command what
 * servers do at their worst.
 */
export class DoubleServer {
  up = true;
  old = false;
  /** Messages a channel keeps. */
  keep = 100;
  /** Seconds between heartbeats; 0: none. */
  heartbeat = 30;
  /** Refuses everyone with this type of message. */
  refusal = '';
  token = '';
  readonly asked: Array<Record<string, string>> = [];
  private channels: Record<string, Channel> = {};
  private epochs = 1000;

  channel(name: string): Channel {
    return (this.channels[name] ??= { epoch: String(this.epochs++), top: 0, kept: [], subs: [] });
  }

  publish(name: string, ...contents: string[]): void {
    const channel = this.channel(name);
    for (const content of contents) {
      const message = { type: 'data', cname: name, seq: ++channel.top, content };
      channel.kept.push(message);
      if (channel.kept.length > this.keep) channel.kept.shift();
      for (const sub of [...channel.subs]) {
        this.tell(channel, sub, sub.once ? [message] : [message]);
      }
    }
  }

  /** A number is taken, and nobody hears of it. */
  lose(name: string, count = 1): void {
    const channel = this.channel(name);
    for (let i = 0; i < count; i++)
      channel.kept.push({ type: 'data', cname: name, seq: ++channel.top, content: 'lost ' + channel.top });
  }

  /** Everything kept is dropped; the numbers go on. */
  clear(name: string): void {
    this.channel(name).kept = [];
  }

  /** Connections end; what was kept stays. */
  dropAll(): void {
    for (const channel of Object.values(this.channels)) channel.subs.splice(0).forEach(sub => sub.end());
  }

  kill(): void {
    this.up = false;
    this.dropAll();
    this.channels = {};
  }

  start(): void {
    this.up = true;
  }

  closeChannel(name: string): void {
    const channel = this.channel(name);
    delete this.channels[name];
    for (const sub of channel.subs.splice(0)) {
      sub.send([{ type: 'close', cname: name, seq: channel.top + 1, content: '', epoch: channel.epoch }]);
      sub.end();
    }
  }

  beat(): void {
    for (const [cname, channel] of Object.entries(this.channels)) {
      for (const sub of [...channel.subs]) {
        this.tell(channel, sub, [
          this.old || !sub.told
            ? { type: 'noop', cname, seq: 0, content: '' }
            : { type: 'noop', cname, seq: 0, epoch: channel.epoch, top: channel.top, content: '' },
        ]);
      }
    }
  }

  count(name: string): number {
    return this.channel(name).subs.length;
  }

  /** Somebody asks; returns what hangs up. */
  subscribe(
    query: Record<string, string>,
    once: boolean,
    send: (messages: WireMessage[]) => void,
    end: () => void,
  ): () => void {
    this.asked.push(query);
    const cname = query.cname ?? '';
    if (this.refusal || query.token !== (this.token || undefined)) {
      send([{ type: this.refusal || '401', cname, seq: 0, content: 'refused' }]);
      end();
      return () => {};
    }
    const channel = this.channel(cname);
    const told = !this.old && 'epoch' in query;
    const sub: Sub = { send, end, once, told, cname, since: Number(query.seq ?? 0) };
    const opening = told
      ? this.opening(channel, cname, sub.since, query.epoch)
      : this.originalOpening(channel, cname, sub.since);
    if (
      once &&
      opening.length &&
      !(told && opening.length === 1 && opening[0].type === 'exact' && query.epoch === channel.epoch)
    ) {
      send(opening);
      end();
      return () => {};
    }
    channel.subs.push(sub);
    if (!once) opening.forEach(message => send([message]));
    return () => {
      channel.subs = channel.subs.filter(other => other !== sub);
    };
  }

  private tell(channel: Channel, sub: Sub, messages: WireMessage[]): void {
    if (sub.once) channel.subs = channel.subs.filter(other => other !== sub);
    sub.send(messages);
    if (sub.once) sub.end();
  }

  private opening(channel: Channel, cname: string, seq: number, epoch: string): WireMessage[] {
    const base = { cname, epoch: channel.epoch, content: '' };
    const from = (first: number) => channel.kept.filter(message => message.seq! >= first);
    const all = () => from(0);
    const firstKept = all()[0]?.seq ?? channel.top + 1;
    if (!seq) return [{ type: 'exact', seq: channel.top + 1, ...base }];
    if (epoch && epoch !== '0' && epoch !== channel.epoch)
      return [{ type: 'reset', seq: firstKept, reason: 'epoch', ...base }, ...all()];
    if (seq > channel.top + 1) return [{ type: 'reset', seq: firstKept, reason: 'ahead', ...base }, ...all()];
    if (seq < firstKept)
      return [
        { type: 'gap', seq: firstKept, from: seq, to: firstKept - 1, reason: 'evicted', ...base },
        ...from(firstKept),
      ];
    return [{ type: 'exact', seq, ...base }, ...from(seq)];
  }

  private originalOpening(channel: Channel, cname: string, seq: number): WireMessage[] {
    const next = channel.top + 1;
    if (!seq || seq > next) return [{ type: 'next_seq', cname, seq: next, content: '' }];
    return channel.kept.filter(message => message.seq! >= seq);
  }
}
