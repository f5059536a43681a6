import { expect, test } from 'vitest';
import { Emitter, type SubscriptionEvents } from '../src/events';
import { Track } from '../src/track';
import { parseMessages } from '../src/wire';

function follow() {
  const told: string[] = [];
  const events = new Emitter<SubscriptionEvents>();
  events.on('message', event => told.push(event.content));
  events.on('gap', event => told.push(`gap ${event.from}-${event.to} ${event.reason} in ${event.epoch}`));
  events.on('reset', event => told.push(`reset ${event.reason} to ${event.seq} in ${event.epoch}`));
  return { track: new Track('c', events), told };
}

const data = (seq: number) => ({ type: 'data', seq, content: 'm' + seq });

test('a message that came already is dropped by its offset', () => {
  const { track, told } = follow();
  [data(1), data(2), data(2), data(1), data(3)].forEach(message => track.take(message));
  expect(told).toEqual(['m1', 'm2', 'm3']);
});

test('a jump that nobody explained is told as a gap', () => {
  const { track, told } = follow();
  track.take({ type: 'exact', seq: 4, epoch: '7' });
  [data(4), data(7)].forEach(message => track.take(message));
  expect(told).toEqual(['m4', 'gap 5-6 unknown in 7', 'm7']);
});

test('who joins an empty channel of a known incarnation has a position before the first message', () => {
  const { track } = follow();
  track.take({ type: 'exact', seq: 1, epoch: '7' });
  expect([track.next, track.epoch]).toEqual([1, '7']);
});

test('the servers gap is told once, with its reason, and the rest follows without another', () => {
  const { track, told } = follow();
  track.next = 3;
  track.epoch = '7';
  track.take({ type: 'gap', seq: 10, from: 3, to: 9, reason: 'expired', epoch: '7' });
  track.take(data(10));
  expect(told).toEqual(['gap 3-9 expired in 7', 'm10']);
});

test('of a gap only what did not come on another connection is lost', () => {
  const { track, told } = follow();
  track.next = 6;
  track.epoch = '7';
  track.take({ type: 'gap', seq: 10, from: 3, to: 9, reason: 'evicted', epoch: '7' });
  track.take({ type: 'gap', seq: 10, from: 3, to: 9, reason: 'evicted', epoch: '7' });
  expect(told).toEqual(['gap 6-9 evicted in 7']);
});

test('after a reset the numbers of before mean nothing', () => {
  const { track, told } = follow();
  track.next = 500;
  track.epoch = '7';
  track.take({ type: 'reset', seq: 1, epoch: '8', reason: 'epoch' });
  [data(1), data(2)].forEach(message => track.take(message));
  expect(told).toEqual(['reset epoch to 1 in 8', 'm1', 'm2']);
});

test('another incarnation is a reset even if the server calls it exact', () => {
  const { track, told } = follow();
  track.next = 5;
  track.epoch = '7';
  track.take({ type: 'exact', seq: 5, epoch: '8' });
  expect(told).toEqual(['reset epoch to 5 in 8']);
});

test('an exact that starts further on than asked leaves a gap', () => {
  const { track, told } = follow();
  track.next = 5;
  track.epoch = '7';
  track.take({ type: 'exact', seq: 8, epoch: '7' });
  expect(told).toEqual(['gap 5-7 unknown in 7']);
});

test('the original servers next number is taken at the start and after a broadcast', () => {
  const { track, told } = follow();
  track.take({ type: 'next_seq', seq: 4 });
  track.take({ type: 'broadcast', seq: 4, content: 'all' });
  track.take({ type: 'next_seq', seq: 5 });
  track.take(data(5));
  expect(told).toEqual(['all', 'm5']);
});

test('an original server that began anew is told as a reset', () => {
  const { track, told } = follow();
  track.take({ type: 'next_seq', seq: 40 });
  track.take({ type: 'next_seq', seq: 1 });
  track.take(data(1));
  expect(told).toEqual(['reset ahead to 1 in ', 'm1']);
});

test('a heartbeat that knows newer messages shows a lost tail', () => {
  const { track } = follow();
  track.take({ type: 'exact', seq: 4, epoch: '7' });
  expect(track.take({ type: 'noop', epoch: '7', top: 3 })).toBe('go on');
  expect(track.take({ type: 'noop', epoch: '7', top: 4 })).toBe('behind');
  expect(track.take({ type: 'noop', epoch: '8', top: 0 })).toBe('behind');
});

test('the original servers heartbeat says nothing about messages', () => {
  const { track } = follow();
  track.take({ type: 'next_seq', seq: 4 });
  expect(track.take({ type: 'noop', seq: 99 })).toBe('go on');
});

test('types of later servers are ignored', () => {
  const { track, told } = follow();
  expect(track.take({ type: 'weather', content: 'rain' })).toBe('go on');
  expect(told).toEqual([]);
});

test('what is no message is seen as that', () => {
  expect(parseMessages('<html>')).toBeNull();
  expect(parseMessages('null')).toBeNull();
  expect(parseMessages('[1]')).toBeNull();
  expect(parseMessages('{"type":"noop"}')).toEqual([{ type: 'noop' }]);
  expect(parseMessages('[]')).toEqual([]);
});
