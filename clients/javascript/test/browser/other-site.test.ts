import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browsers, launch, OtherHost } from './browsers';
import { Halley } from './halley';

/** What a page of another site can try; a script that is given url. Each comes to what it could read, or to nothing. */
const Readers: Record<string, string> = {
  fetch: `
    const answer = await fetch(url + '/stream?cname=secret&seq=1').catch(() => null);
    return answer ? new TextDecoder().decode((await answer.body.getReader().read()).value) : '';`,
  'event source': `
    return new Promise(done => {
      const source = new EventSource(url + '/sse?cname=secret&seq=1');
      source.onmessage = event => done(event.data);
      source.onerror = () => done('');
    });`,
  WebSocket: `
    return new Promise(done => {
      const socket = new WebSocket(url.replace('http', 'ws') + '/ws?cname=secret&seq=1');
      socket.onmessage = event => done(event.data);
      socket.onclose = () => done('');
    });`,
  script: `
    return new Promise(done => {
      window.heard = text => done(JSON.stringify(text));
      const script = document.createElement('script');
      script.src = url + '/sub?cname=secret&seq=1&cb=heard';
      script.onerror = () => done('');
      document.body.append(script);
    });`,
  iframe: `
    return new Promise(done => {
      window.icomet_cb = text => done(JSON.stringify(text));
      const frame = document.createElement('iframe');
      frame.src = url + '/iframe?cname=secret&seq=1';
      frame.onload = () => done('');
      setTimeout(() => done(''), 2000);
      document.body.append(frame);
    });`,
};

const Publishers: Record<string, string> = {
  fetch: `
    const body = new URLSearchParams({ cname: 'secret', content: 'forged' });
    await fetch(url + '/push', { method: 'POST', mode: 'no-cors', body }).catch(() => null);`,
  image: `
    await new Promise(done => {
      const image = new Image();
      image.onload = image.onerror = done;
      image.src = url + '/push?cname=secret&content=forged';
    });`,
  form: `
    await new Promise(done => {
      const frame = document.createElement('iframe');
      const form = document.createElement('form');
      frame.name = form.target = 'target';
      form.method = 'post';
      form.action = url + '/push?cname=secret&content=forged';
      document.body.append(frame, form);
      frame.onload = done;
      setTimeout(done, 2000);
      form.submit();
    });`,
  api: `
    const body = JSON.stringify({ channel: 'secret', data: 'forged' });
    await fetch(url + '/api/publish', { method: 'POST', mode: 'no-cors', body }).catch(() => null);`,
};

describe.each(browsers)('%s: a page of another site and a server on this machine with its defaults', name => {
  let browser: Browser, page: Page, halley: Halley, other: Server;
  const ask = (script: string, port: number) =>
    page.evaluate(`(async url => {${script}})('http://127.0.0.1:${port}')`) as Promise<string>;

  beforeAll(async () => {
    browser = await launch(name);
    halley = await Halley.create();
    await halley.publish('secret', 'a secret');
    other = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end('<body>another site</body>'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    page = await browser.newPage();
    await page.goto(`http://${OtherHost}:${(other.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    await browser?.close();
    other?.close();
    await halley?.dispose();
  });

  test.each(Object.keys(Readers))('it reads nothing by %s', async way => {
    expect(await ask(Readers[way], halley.front)).not.toContain('a secret');
  });

  test.each(Object.keys(Publishers))('it publishes nothing by %s', async way => {
    await ask(Publishers[way], halley.admin);
    const body = JSON.stringify({ channel: 'secret' });
    const history = await fetch(`http://127.0.0.1:${halley.admin}/api/history`, { method: 'POST', body });
    expect(await history.text()).not.toContain('forged');
  });
});
