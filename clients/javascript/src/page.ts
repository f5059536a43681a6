/** What the page tells the client. */
export interface PageEvents {
  online(): void;
  offline(): void;
  /** It is left, or kept aside by the browser: connections have to go. */
  hidden(): void;
  /** It is in front again, after any time: timers may have slept. */
  shown(): void;
}

/** Follows the page's comings and goings; returns what ends that. Outside a page nothing happens. */
export function watchPage(events: PageEvents): () => void {
  if (typeof window === 'undefined' || !window.addEventListener) return () => {};
  const visible = () => {
    if (!document.hidden) events.shown();
  };
  const listeners: Array<[EventTarget, string, () => void]> = [
    [window, 'online', events.online],
    [window, 'offline', events.offline],
    [window, 'pagehide', events.hidden],
    [window, 'pageshow', events.shown],
    [document, 'freeze', events.hidden],
    [document, 'resume', events.shown],
    [document, 'visibilitychange', visible],
  ];
  listeners.forEach(entry => entry[0].addEventListener(entry[1], entry[2]));
  return () => listeners.forEach(entry => entry[0].removeEventListener(entry[1], entry[2]));
}

export function isOffline(): boolean {
  return typeof navigator !== 'undefined' && navigator.onLine === false;
}
