/** A message of the channel, each once and in order. */
export interface MessageEvent {
  channel: string;
  content: string;
  /** Its offset in the channel, from 1. */
  seq: number;
  /** The incarnation of the channel; '' if the server does not name it. */
  epoch: string;
  type: 'data' | 'broadcast';
}

/** The messages from..to are lost to this subscriber. */
export interface GapEvent {
  channel: string;
  from: number;
  to: number;
  /** 'expired', 'evicted', 'cleared', 'limit': the server's word; 'unknown': the numbers jumped and nobody said why. */
  reason: string;
  epoch: string;
}

/** The channel began anew: what was known of its numbers is void. What it holds now follows. */
export interface ResetEvent {
  channel: string;
  /** 'epoch': another incarnation; 'ahead': the server is behind what this subscriber has seen. */
  reason: string;
  /** The offset that comes next. */
  seq: number;
  epoch: string;
}

export interface OpenEvent {
  channel: string;
  /** The transport that works: 'websocket', 'sse', … */
  transport: string;
}

export interface CloseEvent {
  channel: string;
  /**
   * 'lost': the connection ended; 'silent': nothing was heard for too long; 'behind': a heartbeat showed that messages
   * are missing;
   * 'busy': the server has too many; 'offline', 'hidden': the page; 'closed': the channel was closed; 'unauthorized':
   * the token was refused;
   * 'stopped': close() was called.
   */
  reason: CloseReason;
  /** Whether the client goes on by itself. */
  retry: boolean;
  /** What the server says of it, such as what is wrong with a token; '' if it says nothing. */
  content: string;
}

export type CloseReason =
  'lost' | 'silent' | 'behind' | 'busy' | 'offline' | 'hidden' | 'closed' | 'unauthorized' | 'stopped';

export interface SubscriptionEvents {
  message: MessageEvent;
  gap: GapEvent;
  reset: ResetEvent;
  open: OpenEvent;
  close: CloseEvent;
}

type Handlers<Events> = { [K in keyof Events]?: Array<(event: Events[K]) => void> };

/** Handlers by type of event. A handler that throws is reported to the page and disturbs nobody else. */
export class Emitter<Events> {
  private handlers: Handlers<Events> = {};

  /** Returns what takes the handler off again. */
  on<K extends keyof Events>(type: K, handler: (event: Events[K]) => void): () => void {
    const list = this.handlers[type];
    this.handlers[type] = list ? list.concat(handler) : [handler];
    return () => this.off(type, handler);
  }

  off<K extends keyof Events>(type: K, handler: (event: Events[K]) => void): void {
    const list = this.handlers[type];
    if (list) this.handlers[type] = list.filter(other => other !== handler);
  }

  emit<K extends keyof Events>(type: K, event: Events[K]): void {
    const list = this.handlers[type] || [];
    for (let i = 0; i < list.length; i++) {
      try {
        list[i](event);
      } catch (error) {
        setTimeout(() => {
          throw error;
        }, 0);
      }
    }
  }
}
