const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

export const number = value => whole.format(value);

/** A rate: with a tenth while it is small. */
export const rate = value => (value >= 10 ? whole : tenth).format(value);

export function bytes(value) {
  for (const unit of ['B', 'KiB', 'MiB', 'GiB']) {
    if (value < 1024 || unit === 'GiB')
      return `${(unit === 'B' || value >= 100 ? whole : tenth).format(value)} ${unit}`;
    value /= 1024;
  }
}

export const time = milliseconds => clock.format(milliseconds);

export const date = seconds => day.format(seconds * 1000);

export function duration(seconds) {
  if (seconds < 100) return `${whole.format(seconds)} s`;
  if (seconds < 6000) return `${whole.format(seconds / 60)} min`;
  return seconds < 172800 ? `${tenth.format(seconds / 3600)} h` : `${tenth.format(seconds / 86400)} days`;
}

/** A name as an operator can read it, also where it is empty or blank. */
export const name = text => (text.trim() === '' ? JSON.stringify(text) : text);
