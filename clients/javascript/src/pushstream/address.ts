import { withQuery, type Query } from '../address.js';
import type { FullSettings } from './settings.js';

export interface Channels {
  [name: string]: { backtrack?: number };
}

export interface Place extends FullSettings {
  port: number;
  channels: Channels;
}

/** /a.b2/b, or without the numbers of old messages wanted. */
function channelsPath(channels: Channels, withBacktrack: boolean): string {
  let path = '';
  for (const name in channels) {
    const backtrack = withBacktrack && channels[name].backtrack;
    path += '/' + name + (backtrack ? '.b' + Number(backtrack) : '');
  }
  return path;
}

function site(place: Place, scheme: string): string {
  const usual = place.port === (place.useSSL ? 443 : 80);
  return scheme + (place.useSSL ? 's' : '') + '://' + place.host + (usual ? '' : ':' + place.port);
}

export function subscriberUrl(
  place: Place,
  prefix: string,
  query: Query,
  withBacktrack: boolean,
  scheme = 'http',
): string {
  const path = channelsPath(place.channels, withBacktrack);
  const url = site(place, scheme) + prefix;
  if (!place.channelsByArgument) return withQuery(url + path, query);
  const named: Query = {};
  for (const name in query) named[name] = query[name];
  named[place.channelsArgument] = path.substring(1);
  return withQuery(url, named);
}

/** The slash before the first channel is the original's, and its servers expect it. */
export function publisherUrl(place: Place): string {
  return site(place, 'http') + place.urlPrefixPublisher + '?id=' + channelsPath(place.channels, false);
}

export function isCrossDomain(place: Place): boolean {
  const anchor = document.createElement('a');
  anchor.href = site(place, 'http');
  const portOf = (protocol: string, port: string) => port || (protocol === 'https:' ? '443' : '80');
  return (
    location.protocol !== anchor.protocol ||
    location.hostname !== anchor.hostname ||
    portOf(location.protocol, location.port) !== portOf(anchor.protocol, anchor.port)
  );
}

/** What a page and a frame from this host can both set as document.domain. */
export function sharedDomain(host: string): string {
  if (/^\d+(\.\d+){3}$/.test(host)) return host;
  const labels = host.split('.');
  const top = labels[labels.length - 1] || '';
  const second = labels[labels.length - 2] || '';
  const least = top.length > 2 || second.length > 3 ? 2 : 3; // a.com and name.br, but x.co.uk
  return labels.slice(-Math.max(labels.length - 1, least)).join('.');
}
