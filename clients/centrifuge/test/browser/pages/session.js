// #{"transport", "address", "channel"}: what to do stands in the address. What happened goes to told.
const { transport, address, channel } = JSON.parse(decodeURIComponent(location.hash.substring(1)));
const isBinary = document.title.includes('Protobuf');
const told = [];

const toData = value => (isBinary ? new TextEncoder().encode(JSON.stringify(value)) : value);
const fromData = data =>
  !ArrayBuffer.isView(data) ? data : data.byteLength === 0 ? undefined : JSON.parse(new TextDecoder().decode(data));

const endpoint = transport === 'websocket' ? address.replace('http', 'ws') : address;
const client = new Centrifuge([{ transport, endpoint: `${endpoint}/connection/${transport}` }], {
  emulationEndpoint: `${address}/emulation`,
  minReconnectDelay: 50,
  maxReconnectDelay: 300,
});
const sub = client.newSubscription(channel, { recoverable: true, joinLeave: true });
client.on('connected', ctx => told.push({ event: 'connected', transport: ctx.transport, client: ctx.client }));
sub.on('subscribed', ({ recovered, wasRecovering, data }) =>
  told.push({ event: 'subscribed', recovered, wasRecovering, data: fromData(data) }),
);
sub.on('publication', ctx => told.push({ event: 'publication', offset: ctx.offset, data: fromData(ctx.data) }));
sub.on('join', ctx => told.push({ event: 'join', client: ctx.info.client }));
sub.on('leave', ctx => told.push({ event: 'leave', client: ctx.info.client }));
sub.subscribe();
client.connect();
