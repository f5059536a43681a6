import type { Line } from './line.js';

/**
 * Server-sent events. The browser's own reconnecting knows neither backoff nor another transport, and is used only
 * where lasting is set:
 * then it ended when the browser gives up.
 */
export function openEvents(url: string, line: Line, lasting = false): () => void {
  const events = new EventSource(url);
  events.onopen = () => line.opened();
  events.onmessage = event => line.text(event.data);
  events.onerror = () => {
    if (lasting && events.readyState === EventSource.CONNECTING) return;
    events.close();
    line.ended();
  };
  return () => {
    events.onopen = events.onmessage = events.onerror = null;
    events.close();
  };
}
