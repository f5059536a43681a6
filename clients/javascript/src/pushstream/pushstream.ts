import { request } from '../carriers/request.js';
import { isCrossDomain, publisherUrl, type Channels, type Place } from './address.js';
import { frameMode, type FrameMode, type FrameWindow } from './frame.js';
import { eventsMode, socketMode } from './lines.js';
import type { Mode, Stream } from './mode.js';
import { pollingMode } from './polling.js';
import { withDefaults, type FullSettings, type PushStreamSettings } from './settings.js';

/** All that were made, by their ids: a frame finds its own here. */
export const instances: PushStream[] = [];

const Makers: { [mode: string]: { supported(): boolean; make(stream: Stream): Mode } } = {
  websocket: { supported: () => typeof WebSocket !== 'undefined', make: socketMode },
  eventsource: { supported: () => typeof EventSource !== 'undefined', make: eventsMode },
  stream: { supported: () => true, make: frameMode },
  longpolling: { supported: () => true, make: pollingMode },
};

// The settings become fields, under their own names, as pages expect.
export interface PushStream extends FullSettings {}

/** The interface of pushstream.js. What begins with _ is not for pages. */
export class PushStream implements Stream {
  static readonly CLOSED = 0;
  static readonly CONNECTING = 1;
  static readonly OPEN = 2;
  static LOG_LEVEL = 'error';
  static LOG_OUTPUT_ELEMENT_ID = 'Log4jsLogOutput';

  readonly id: number;
  port: number;
  modes: string[];
  messagesPublishedAfter: Date | number | string | undefined;
  channels: Channels = {};
  channelsCount = 0;
  readyState = PushStream.CLOSED;
  wrappers: Mode[] = [];
  wrapper: Mode | null = null;

  _etag: string | number | null = 0;
  _lastModified: string | null = null;
  _lastEventId: string | null = null;
  _keepConnected = false;
  readonly _crossDomain: boolean;
  private _modeAt = 0;
  private _retryTimer: number | null = null;

  constructor(settings: PushStreamSettings = {}) {
    this.id = instances.push(this) - 1;
    const fields = this as unknown as { [name: string]: unknown };
    const values = withDefaults(settings) as unknown as { [name: string]: unknown };
    for (const name in values) fields[name] = values[name];
    this.port = Number(settings.port || (this.useSSL ? 443 : 80));
    this.messagesPublishedAfter = settings.messagesPublishedAfter;
    this.modes = (settings.modes || 'eventsource|websocket|stream|longpolling').split('|');
    this.modes.forEach(name => {
      const maker = Makers[name];
      if (maker && maker.supported()) this.wrappers.push(maker.make(this));
    });
    this._crossDomain = isCrossDomain(this as Place);
  }

  /** backtrack: how many of the newest old messages are wanted. While connected, it connects anew. */
  addChannel(channel: string, options: { backtrack?: number } = {}): void {
    if (encodeURIComponent(channel) !== channel) throw 'Invalid channel name! Channel has to be a set of [a-zA-Z0-9]';
    if (this.channels[channel]) throw 'Cannot add channel ' + channel + ': already subscribed';
    this.channels[channel] = options;
    this.channelsCount++;
    if (this.readyState !== PushStream.CLOSED) this.connect();
  }

  /** From the next connect on. */
  removeChannel(channel: string): void {
    if (!this.channels[channel]) return;
    delete this.channels[channel];
    this.channelsCount--;
  }

  removeAllChannels(): void {
    this.channels = {};
    this.channelsCount = 0;
  }

  connect(): void {
    if (!this.host) throw 'PushStream host not specified';
    if (isNaN(this.port)) throw 'PushStream port not specified';
    if (!this.channelsCount) throw 'No channels specified';
    if (!this.wrappers.length) throw 'No available support for this browser';
    this._keepConnected = true;
    this._modeAt = 0;
    this._connect(true);
  }

  disconnect(): void {
    this._keepConnected = false;
    this._hangUp();
    this._setState(PushStream.CLOSED);
  }

  /** Publishes to all channels it has: over the WebSocket if that is the mode, else by a POST. */
  sendMessage(text: string, success?: (answer?: string) => void, error?: (status: number) => void): void {
    if (this.wrapper && this.wrapper.send) {
      this.wrapper.send(encodeURIComponent(text || ''));
      if (success) success();
    } else {
      PushStream.sendMessage(publisherUrl(this), text, success, error);
    }
  }

  static sendMessage(
    url: string,
    text: string,
    success?: (answer?: string) => void,
    error?: (status: number) => void,
  ): void {
    const headers = { Accept: 'application/json', 'Content-type': 'application/x-www-form-urlencoded' };
    request(
      url + (url.indexOf('?') < 0 ? '?' : '&') + '_=' + new Date().getTime(),
      { method: 'POST', headers, body: encodeURIComponent(text || '') },
      answer => {
        if (answer.status === 200) {
          if (success) success(answer.text);
        } else if (error) error(answer.status);
      },
    );
  }

  /**
   * Called by the page in a frame, which knows its id from its own address.
   * @internal
   */
  static register(frame: FrameWindow): void {
    const found = /streamid=([0-9]+)/.exec(frame.location.href);
    const stream = found && instances[+found[1]];
    const mode = stream && (stream.wrapper as FrameMode | null);
    if (mode && mode.register) mode.register(frame);
  }

  _useControlArguments(): boolean {
    return this.messagesControlByArgument && (this._lastModified !== null || this._lastEventId !== null);
  }

  _onopen(): void {
    this._clearRetry();
    this._setState(PushStream.OPEN);
    if (this._modeAt > 0) this._modeAt--; // the same mode next time
    if (this.onopen) this.onopen();
  }

  _onerror(error: { type: 'load' | 'timeout' }): void {
    this._setState(PushStream.CLOSED);
    const wait =
      error.type === 'timeout' ? this.reconnectOnTimeoutInterval : this.reconnectOnChannelUnavailableInterval;
    if (this.autoReconnect && this._keepConnected && this._retryTimer === null) {
      this._retryTimer = setTimeout(() => this._connect(false), wait) as unknown as number;
    }
    if (this.onerror) this.onerror(error);
  }

  _onmessage(
    text: string,
    id: number,
    channel: string,
    eventid: string,
    isLast: boolean,
    time: string | undefined,
  ): void {
    if (id === -2) {
      if (this.onchanneldeleted) this.onchanneldeleted(channel);
    } else if (id > 0 && this.onmessage) {
      this.onmessage(text, id, channel, eventid, isLast, time);
    }
  }

  private _connect(fresh: boolean): void {
    if (this._lastEventId === null) this._lastEventId = this.lastEventId;
    if (this._lastModified === null) this._lastModified = startOf(this.messagesPublishedAfter);
    this._hangUp();
    this._setState(PushStream.CONNECTING);
    this.wrapper = this.wrappers[this._modeAt++ % this.wrappers.length];
    try {
      this.wrapper.connect(fresh);
    } catch (_) {
      this._onerror({ type: 'load' }); // the browser refuses the address
    }
  }

  private _hangUp(): void {
    this._clearRetry();
    if (this.wrapper && this.wrapper.disconnect()) this._setState(PushStream.CLOSED);
  }

  private _clearRetry(): void {
    if (this._retryTimer !== null) clearTimeout(this._retryTimer);
    this._retryTimer = null;
  }

  private _setState(state: number): void {
    if (this.readyState === state) return;
    this.readyState = state;
    if (this.onstatuschange) this.onstatuschange(state);
  }
}

/** The date that old messages are wanted from, as HTTP writes it; null: none are. */
function startOf(after: Date | number | string | undefined): string | null {
  if (Object.prototype.toString.call(after) === '[object Date]') return (after as Date).toUTCString();
  const seconds = Number(after);
  if (!seconds) return null;
  return new Date(seconds > 0 ? new Date().getTime() - seconds * 1000 : 0).toUTCString();
}
