import { beforeEach, describe, expect, test } from 'vitest';
import { browsers } from './browsers';
import { freePort, Halley } from './halley';
import { Stage } from './stage';

interface Told {
  event: string;
  content?: string;
  seq?: number;
  state?: number;
}

const json = '{"id":~id~,"channel":"~channel~","text":"~text~","tag":"~tag~","time":"~time~","eventid":"~event-id~"}';
// Where the client stands comes with its address, and for long polls in the header too.
const place = {
  channels_path: '$1',
  last_received_message_time: '$arg_time',
  last_received_message_tag: '$arg_tag',
  last_event_id: '$arg_eventid',
};

const endpoints = [
  { location: '/admin', kind: 'publisher-admin', channels_path: '$arg_id', allow: ['127.0.0.1'] },
  { location: '/pub', kind: 'publisher', channels_path: '$arg_id', store_messages: true },
  {
    location: '~ ^/ws/(.*)$',
    kind: 'websocket',
    ...place,
    message_template: json,
    websocket_allow_publish: true,
    store_messages: true,
    ping_message_interval: '2s',
  },
  { location: '~ ^/ev/(.*)$', kind: 'eventsource', ...place, message_template: json, ping_message_interval: '2s' },
  {
    location: '~ ^/lp/(.*)$',
    kind: 'long-polling',
    channels_path: '$1',
    message_template: json,
    longpolling_connection_ttl: '5s',
  },
  {
    location: '~ ^/lpa/(.*)$',
    kind: 'long-polling',
    ...place,
    message_template: json,
    longpolling_connection_ttl: '5s',
  },
  {
    location: '~ ^/sub/(.*)$',
    kind: 'streaming',
    ...place,
    default_type: 'text/html; charset=utf-8',
    ping_message_interval: '2s',
    header_template:
      '<html><head><script>try{document.domain=location.hostname}catch(e){}' +
      'parent.PushStream.register(this);</script></head><body>',
    message_template: `<script>p(~id~,'~channel~','~text~','~event-id~','~time~','~tag~');</script>`,
    footer_template: '</body></html>',
  },
];

const ways = [
  ['WebSocket', { modes: 'websocket' }],
  ['EventSource', { modes: 'eventsource' }],
  ['Stream', { modes: 'stream' }],
  ['LongPolling by arguments', { modes: 'longpolling', urlPrefixLongpolling: '/lpa' }],
  ['LongPolling by header', { modes: 'longpolling', messagesControlByArgument: false }],
  ['JSONP', { modes: 'longpolling', useJSONP: true, urlPrefixLongpolling: '/lpa' }],
] as const;

describe.each(browsers)('pushstream.js in %s', name => {
  let port: number;
  let published: string[];
  const stage = new Stage<Told>(
    name,
    async () => {
      port = await freePort();
      return Halley.create({}, { listeners: [{ listen: `127.0.0.1:${port}`, endpoints }] });
    },
    () => port,
  );

  beforeEach(() => {
    published = [];
  });

  const texts = async () => (await stage.told()).filter(event => event.event === 'message').map(event => event.content);
  const opened = (times: number) =>
    stage.until('open', events => events.filter(event => event.state === 2).length >= times);

  async function publish(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const text = `message ${published.length + 1}`;
      published.push(text);
      const answer = await fetch(`http://127.0.0.1:${port}/pub?id=${stage.channel}`, { method: 'POST', body: text });
      expect(answer.status).toBe(200);
      await answer.text();
    }
  }

  async function connect(settings: object, backtrack = 0): Promise<void> {
    const task = {
      channels: { [stage.channel]: { backtrack } },
      settings: {
        messagesControlByArgument: true,
        reconnectOnTimeoutInterval: 200,
        reconnectOnChannelUnavailableInterval: 200,
        timeout: 10_000,
        pingtimeout: 3500,
        ...settings,
      },
    };
    await stage.page.goto(`${stage.site.address}/pushstream.html`, { waitUntil: 'domcontentloaded' });
    await stage.page.evaluate(`begin(${JSON.stringify(task)})`);
    await opened(1);
  }

  for (const [way, settings] of ways) {
    test(`${way}: old messages, new messages, its own messages, each once, although the connection is cut`, async () => {
      await publish(3);
      await connect(settings, 2);
      await stage.heard('message 3'); // long polling counts as open before the server knows of it
      await publish(5);
      await stage.heard('message 8');
      await stage.page.evaluate(`pushstream.sendMessage('ä % b')`);
      await stage.heard('ä % b');
      stage.site.cut();
      await publish(5);
      await stage.heard('message 13');
      expect(await texts()).toEqual([...published.slice(1, 8), 'ä % b', ...published.slice(8)]);
    });

    test(`${way}: it comes back when the server was killed`, async () => {
      await publish(1);
      await connect(settings, 1);
      await stage.heard('message 1');
      await publish(1);
      await stage.heard('message 2');
      const opens = (await stage.told()).filter(event => event.state === 2).length;
      await stage.halley.kill();
      await new Promise(resolve => setTimeout(resolve, 300));
      await stage.halley.start();
      // Long polling counts as open while it asks, and may not have noticed.
      if (!settings.modes.includes('longpolling')) await opened(opens + 1);
      for (let i = 0; i < 100 && !(await texts()).includes('after'); i++) {
        await stage.halley.publish(stage.channel, 'after');
        await new Promise(resolve => setTimeout(resolve, 100));
      }
      expect(await texts()).toContain('after');
      expect((await texts()).filter(text => text !== 'after')).toEqual(published);
    });
  }

  test('a channel that is deleted is told', async () => {
    await connect({ modes: 'websocket' });
    await publish(1);
    await stage.heard('message 1');
    await fetch(`http://127.0.0.1:${port}/admin?id=${stage.channel}`, { method: 'DELETE' });
    await stage.until('deleted', events => events.some(event => event.event === 'deleted'));
  });
});
