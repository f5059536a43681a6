export type Query = { [name: string]: string | number | undefined };

/** The whole address of what may be given relative to the page. */
export function absolute(address: string): string {
  if (typeof URL === 'function' && typeof location !== 'undefined') return new URL(address, location.href).href;
  if (typeof document === 'undefined') return address;
  const anchor = document.createElement('a');
  anchor.href = address;
  return anchor.href;
}

/** Scheme, host and port of a whole address. */
export function originOf(address: string): string {
  return (/^[^/]*\/\/[^/?#]*/.exec(address) || [address])[0];
}

export function withQuery(address: string, query: Query): string {
  let text = '';
  for (const name in query) {
    const value = query[name];
    if (value !== undefined) text += '&' + encodeURIComponent(name) + '=' + encodeURIComponent(value);
  }
  return address + (address.indexOf('?') < 0 ? '?' : '&') + text.substring(1);
}

/** A path below a base address that may have a query of its own. */
export function below(base: string, path: string): string {
  const parts = /^([^?#]*)(\?[^#]*)?/.exec(base)!;
  return parts[1].replace(/\/*$/, '/') + path + (parts[2] || '');
}
