/** What new PushStream takes: the names and defaults of pushstream.js 0.6. */
export interface PushStreamSettings {
  useSSL?: boolean;
  host?: string;
  port?: number | string;
  /** Milliseconds for a frame to register, and for a long poll to be answered. */
  timeout?: number;
  /** Milliseconds a frame may be silent. */
  pingtimeout?: number;
  reconnectOnTimeoutInterval?: number;
  reconnectOnChannelUnavailableInterval?: number;
  autoReconnect?: boolean;
  lastEventId?: string | null;
  /** A date; seconds back from now; negative: everything that is kept. */
  messagesPublishedAfter?: Date | number | string;
  messagesControlByArgument?: boolean;
  tagArgument?: string;
  timeArgument?: string;
  eventIdArgument?: string;
  useJSONP?: boolean;
  urlPrefixPublisher?: string;
  urlPrefixStream?: string;
  urlPrefixEventsource?: string;
  urlPrefixLongpolling?: string;
  urlPrefixWebsocket?: string;
  jsonIdKey?: string;
  jsonChannelKey?: string;
  jsonTextKey?: string;
  jsonTagKey?: string;
  jsonTimeKey?: string;
  jsonEventIdKey?: string;
  modes?: string;
  channelsByArgument?: boolean;
  channelsArgument?: string;
  extraParams?(): { [name: string]: string | number };
  onopen?: (() => void) | null;
  onerror?: ((error: { type: 'load' | 'timeout' }) => void) | null;
  onstatuschange?: ((state: number) => void) | null;
  onchanneldeleted?: ((channel: string) => void) | null;
  onmessage?:
    | ((
        text: string,
        id: number,
        channel: string,
        eventid: string,
        isLastMessageFromBatch: boolean,
        time: string | undefined,
      ) => void)
    | null;
}

/** All of them, each with a value. */
export type FullSettings = Required<Omit<PushStreamSettings, 'port' | 'modes' | 'messagesPublishedAfter'>>;

export function withDefaults(settings: PushStreamSettings): FullSettings {
  const full: FullSettings = {
    useSSL: false,
    host: location.hostname,
    timeout: 30000,
    pingtimeout: 30000,
    reconnectOnTimeoutInterval: 3000,
    reconnectOnChannelUnavailableInterval: 60000,
    autoReconnect: settings.autoReconnect !== false,
    lastEventId: null,
    messagesControlByArgument: false,
    tagArgument: 'tag',
    timeArgument: 'time',
    eventIdArgument: 'eventid',
    useJSONP: false,
    urlPrefixPublisher: '/pub',
    urlPrefixStream: '/sub',
    urlPrefixEventsource: '/ev',
    urlPrefixLongpolling: '/lp',
    urlPrefixWebsocket: '/ws',
    jsonIdKey: 'id',
    jsonChannelKey: 'channel',
    jsonTextKey: 'text',
    jsonTagKey: 'tag',
    jsonTimeKey: 'time',
    jsonEventIdKey: 'eventid',
    channelsByArgument: false,
    channelsArgument: 'channels',
    extraParams: () => ({}),
    onopen: null,
    onerror: null,
    onstatuschange: null,
    onchanneldeleted: null,
    onmessage: null,
  };
  const values = full as unknown as { [name: string]: unknown };
  const given = settings as unknown as { [name: string]: unknown };
  for (const name in values) values[name] = given[name] || values[name];
  return full;
}
