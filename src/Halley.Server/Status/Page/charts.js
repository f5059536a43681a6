import { fill, h, svg } from './dom.js';
import { duration } from './format.js';
import { Span } from './live.js';

/** Seconds: while there is less to show, what there is fills the chart. */
const LeastSpan = 60;

const Width = 300;
const Height = 100;

/**
 * Lines over the last minutes, the newest at the right. It is read by eye; whoever hears it is told the values of the
 * legend, which are text.
 */
export class Chart {
  constructor(title, names, format) {
    this.format = format;
    this.names = names;
    this.plot = svg('svg', {
      viewBox: `0 0 ${Width} ${Height}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
      focusable: 'false',
    });
    this.high = h('span', { class: 'scale high' }, '');
    this.since = h('span', {}, '');
    this.values = names.map(() => h('b', {}, '–'));
    this.element = h(
      'section',
      { class: 'card chart' },
      h('h2', {}, title),
      h(
        'ul',
        { class: 'legend' },
        names.map((name, i) =>
          h(
            'li',
            {},
            svg(
              'svg',
              { viewBox: '0 0 28 8', 'aria-hidden': 'true', focusable: 'false' },
              svg('line', { x1: 0, y1: 4, x2: 28, y2: 4, class: `s${i + 1}` }),
            ),
            name,
            this.values[i],
          ),
        ),
      ),
      h(
        'div',
        {},
        h(
          'div',
          { class: 'plot', 'aria-hidden': 'true' },
          this.plot,
          this.high,
          h('span', { class: 'scale low' }, '0'),
        ),
        h('p', { class: 'span', 'aria-hidden': 'true' }, this.since, h('span', {}, 'now')),
      ),
    );
  }

  /** series: for each name a list of { time, value }. */
  draw(series) {
    const end = Math.max(0, ...series.map(points => points.at(-1)?.time ?? 0));
    const span = Math.min(
      Span,
      Math.max(LeastSpan, (end - Math.min(end, ...series.map(points => points[0]?.time ?? end))) / 1000),
    );
    this.since.textContent = `${duration(Math.round(span))} ago`;
    const top = nice(Math.max(0, ...series.flatMap(points => points.map(point => point.value))));
    this.high.textContent = this.format(top);
    const x = time => (Width - (((end - time) / 1000) * Width) / span).toFixed(1);
    const y = value => (Height - (value / top) * Height).toFixed(1);
    const at = ({ time, value }) => `${x(time)} ${y(value)}`;
    const ground = point => at({ ...point, value: 0 });
    fill(
      this.plot,
      [0, 0.5, 1].map(part => svg('line', { x1: 0, x2: Width, y1: Height * part, y2: Height * part, class: 'grid' })),
      series.map(
        (points, i) =>
          points.length > 1 && [
            series.length === 1 &&
              svg('path', {
                class: `area s${i + 1}`,
                d: `M${ground(points[0])}L${points.map(at).join('L')}L${ground(points.at(-1))}Z`,
              }),
            svg('path', { class: `line s${i + 1}`, d: `M${points.map(at).join('L')}` }),
          ],
      ),
    );
    series.forEach((points, i) => {
      this.values[i].textContent = points.length ? this.format(points.at(-1).value) : '–';
    });
  }
}

/** The next round number, for the top of a scale. */
function nice(value) {
  if (value <= 4) return Math.max(1, Math.ceil(value));
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find(step => step * unit >= value) * unit;
}
