import { vi } from 'vitest';

/** The parts of a browser that carry messages, each moved by hand. */
export class FakeWebSocket {
  static all: FakeWebSocket[] = [];
  sent: string[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly url: string) {
    FakeWebSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closed = true;
  }
}

export class FakeEventSource {
  static readonly CONNECTING = 0;
  static readonly CLOSED = 2;
  static all: FakeEventSource[] = [];
  readyState = 1;
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(readonly url: string) {
    FakeEventSource.all.push(this);
  }
  close(): void {
    this.closed = true;
  }
}

export class FakeXhr {
  static all: FakeXhr[] = [];
  method = '';
  url = '';
  readyState = 0;
  status = 0;
  responseText = '';
  body: string | undefined;
  aborted = false;
  readonly sentHeaders: Record<string, string> = {};
  private headers: Record<string, string> = {};
  onreadystatechange: (() => void) | null = null;
  constructor() {
    FakeXhr.all.push(this);
  }
  open(method: string, url: string): void {
    this.method = method;
    this.url = url;
  }
  setRequestHeader(name: string, value: string): void {
    this.sentHeaders[name] = value;
  }
  getResponseHeader(name: string): string | null {
    return this.headers[name] ?? null;
  }
  send(body?: string): void {
    this.body = body;
  }
  abort(): void {
    this.aborted = true;
  }

  begin(status: number): void {
    this.readyState = 2;
    this.status = status;
    this.onreadystatechange?.();
  }

  answer(status: number, text: string, headers: Record<string, string> = {}): void {
    this.headers = headers;
    this.begin(status);
    this.readyState = 4;
    this.responseText = text;
    this.onreadystatechange?.();
  }
}

export class FakeElement {
  children: FakeElement[] = [];
  parentNode: FakeElement | null = null;
  src = '';
  id = '';
  style: Record<string, string> = {};
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(readonly tag: string) {}
  appendChild(child: FakeElement): void {
    this.children.push(child);
    child.parentNode = this;
  }
  removeChild(child: FakeElement): void {
    this.children.splice(this.children.indexOf(child), 1);
    child.parentNode = null;
  }
  // An anchor knows the parts of its address.
  set href(value: string) {
    this.parsed = new URL(value, 'http://page.test/');
  }
  get href(): string {
    return this.parsed!.href;
  }
  get protocol(): string {
    return this.parsed!.protocol;
  }
  get hostname(): string {
    return this.parsed!.hostname;
  }
  get port(): string {
    return this.parsed!.port;
  }
  private parsed: URL | undefined;
}

export interface FakePage {
  window: EventTarget & Record<string, any>;
  document: EventTarget & { hidden: boolean; head: FakeElement; body: FakeElement; domain?: string };
  scripts(): FakeElement[];
  frames(): FakeElement[];
  /** Calls the callback that a script was asked to call, as the script would. */
  callBack(script: FakeElement, value: unknown, parameter?: string): void;
}

/** Puts up a page at http://page.test/ with all of the above. */
export function stubPage(): FakePage {
  FakeWebSocket.all = [];
  FakeEventSource.all = [];
  FakeXhr.all = [];
  const head = new FakeElement('head');
  const body = new FakeElement('body');
  const window = new EventTarget() as FakePage['window'];
  const document = Object.assign(new EventTarget(), {
    hidden: false,
    head,
    body,
    createElement: (tag: string) => new FakeElement(tag),
  });
  const location = new URL('http://page.test/');
  window.location = location;
  for (const [name, value] of Object.entries({
    window,
    document,
    location,
    WebSocket: FakeWebSocket,
    EventSource: FakeEventSource,
    XMLHttpRequest: FakeXhr,
  })) {
    vi.stubGlobal(name, value);
  }
  return {
    window,
    document,
    scripts: () => head.children,
    frames: () => body.children,
    callBack(script, value, parameter = 'cb') {
      const name = new URL(script.src).searchParams.get(parameter)!;
      window[name](value);
      script.onload?.();
    },
  };
}

export const last = <T>(list: T[]): T => list[list.length - 1];
export const query = (address: string): Record<string, string> => Object.fromEntries(new URL(address).searchParams);
