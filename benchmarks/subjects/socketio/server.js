// Rooms, as Socket.IO's documentation has them: the event "subscribe" with a room's name, and POST
// /publish?channel=<room> publishes its body there.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const publishPath = '/publish?channel=';
const port = Number(process.env.PORT);

const server = createServer((request, response) => {
  if (request.method !== 'POST' || !request.url.startsWith(publishPath)) {
    response.writeHead(404).end();
    return;
  }
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    io.to(decodeURIComponent(request.url.slice(publishPath.length))).emit('message', Buffer.concat(parts).toString());
    response.writeHead(204).end();
  });
});

const io = new Server(server, { transports: ['websocket'], serveClient: false });
// From its page on memory usage: the first request is kept for as long as a client is there, unless it is let go.
io.engine.on('connection', socket => {
  socket.request = null;
});
io.on('connection', socket => {
  socket.on('subscribe', room => socket.join(room));
});
server.listen(port, '127.0.0.1');
