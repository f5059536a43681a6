import { expect, test, vi } from 'vitest';
import { Backoff } from '../src/backoff';
import { Ladder } from '../src/ladder';
import { DoubleServer } from './double/server';
import { MemoryStore } from './double/store';
import { five } from './double/transports';

let sites = 0;
const site = () => 'http://site' + sites++;
const rungs = () => Object.values(five(new DoubleServer()));

test('what never opened is left for the next at once, and after the last one there is a pause', () => {
  const ladder = new Ladder(rungs(), site(), null);
  const seen = [];
  for (let i = 0; i < 5; i++) seen.push([ladder.current.name, ladder.failed(false)]);
  expect(seen).toEqual([
    ['websocket', false],
    ['sse', false],
    ['streaming', false],
    ['longpolling', false],
    ['jsonp', true],
  ]);
  expect(ladder.current.name).toBe('websocket');
});

test('what worked is tried three times before another one is', () => {
  const ladder = new Ladder(rungs(), site(), null);
  ladder.opened(ladder.current);
  expect([ladder.failed(false), ladder.failed(false), ladder.failed(false)]).toEqual([true, true, false]);
  expect(ladder.current.name).toBe('sse');
});

test('a stream that is silent behind a proxy makes the other streams pointless', () => {
  const ladder = new Ladder(rungs(), site(), null);
  ladder.failed(false);
  expect(ladder.current.name).toBe('sse');
  ladder.failed(true);
  expect(ladder.current.name).toBe('longpolling');
});

test('a silent WebSocket says nothing about streams', () => {
  const ladder = new Ladder(rungs(), site(), null);
  ladder.failed(true);
  expect(ladder.current.name).toBe('sse');
});

test('what worked at a site is first there next time, also after a reload, and not elsewhere', () => {
  const here = site();
  const store = new MemoryStore();
  const all = rungs();
  new Ladder(all, here, store).opened(all[3]);
  expect(new Ladder(all, here, null).current.name).toBe('longpolling');
  expect([...store.values]).toEqual([['halley:via:' + here, 'longpolling']]);
  const reloaded = site();
  store.setItem('halley:via:' + reloaded, 'sse');
  expect(new Ladder(all, reloaded, store).current.name).toBe('sse');
  expect(new Ladder(all, site(), store).current.name).toBe('websocket');
});

test('a store that is forbidden is done without', () => {
  const broken = {
    getItem() {
      throw new Error('no');
    },
    setItem() {
      throw new Error('no');
    },
    removeItem() {},
  };
  const ladder = new Ladder(rungs(), site(), broken);
  ladder.opened(ladder.current);
  expect(ladder.current.name).toBe('websocket');
});

test('waits grow to their limit, and are spread over the upper half', () => {
  const waits = (random: number) => {
    vi.spyOn(Math, 'random').mockReturnValue(random);
    const backoff = new Backoff({ min: 1000, max: 10000, factor: 2 });
    return [0, 0, 0, 0, 0, 0].map(() => backoff.next());
  };
  expect(waits(0)).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
  expect(waits(0.5)).toEqual([750, 1500, 3000, 6000, 7500, 7500]);
});

test('after a reset waits start small again', () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const backoff = new Backoff({});
  backoff.next();
  backoff.next();
  backoff.reset();
  expect(backoff.next()).toBe(500);
});
