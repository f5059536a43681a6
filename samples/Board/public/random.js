/** A name that nobody else gives; also where the page is no secure context, which crypto.randomUUID wants. */
export const randomId = () =>
  [...crypto.getRandomValues(new Uint8Array(12))].map(byte => byte.toString(16).padStart(2, '0')).join('');
