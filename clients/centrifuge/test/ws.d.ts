// The package has no declarations: the SDK takes what looks like a browser's WebSocket.
declare module 'ws' {
  const WebSocket: typeof globalThis.WebSocket;
  export default WebSocket;
}
