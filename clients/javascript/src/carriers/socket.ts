import type { Line } from './line.js';

export interface Socket {
  send(text: string): void;
  close(): void;
}

export function openSocket(url: string, line: Line): Socket {
  const socket = new WebSocket(url);
  socket.onopen = () => line.opened();
  socket.onmessage = event => line.text(event.data);
  socket.onclose = event => line.ended(event.code);
  return {
    send: text => socket.send(text),
    close() {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    },
  };
}
