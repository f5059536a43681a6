import { clamp } from './dom.js';

const SVG = 'http://www.w3.org/2000/svg';
// Points that are nearer to the last one than this make no difference that is seen.
const NEAR = 3;

/** The strokes, and the pen that draws them. A stroke is told to the others when it is whole. */
export class Strokes {
  #layer;
  #limits;
  #shown = new Map();

  constructor(layer, limits) {
    [this.#layer, this.#limits] = [layer, limits];
  }

  show({ id, points, colour }) {
    if (!this.#shown.has(id)) {
      const path = this.#path(colour, points);
      this.#layer.append(path);
      this.#shown.set(id, path);
    }
  }

  hide(id) {
    this.#shown.get(id)?.remove();
    this.#shown.delete(id);
  }

  /** Has the pen draw on a surface while isDrawing() says so; done(points) has what came of it. */
  listen(surface, isDrawing, colour, done) {
    surface.addEventListener('pointerdown', down => {
      if (!isDrawing() || down.button !== 0) {
        return;
      }
      down.preventDefault();
      surface.setPointerCapture(down.pointerId);
      const points = this.#at(surface, down);
      const path = this.#path(colour(), points);
      this.#layer.append(path);
      const move = event => {
        const [x, y] = this.#at(surface, event);
        const [lastX, lastY] = points.slice(-2);
        if (Math.hypot(x - lastX, y - lastY) >= NEAR && points.length < 2 * this.#limits.points) {
          points.push(x, y);
          path.setAttribute('d', lines(points));
        }
      };
      const end = () => {
        surface.removeEventListener('pointermove', move);
        path.remove();
        // A dot is a short line.
        done(points.length > 2 ? points : [...points, ...points]);
      };
      surface.addEventListener('pointermove', move);
      surface.addEventListener('pointerup', end, { once: true });
      surface.addEventListener('pointercancel', end, { once: true });
    });
  }

  #path(colour, points) {
    const path = document.createElementNS(SVG, 'path');
    path.dataset.colour = colour;
    path.setAttribute('d', lines(points));
    return path;
  }

  #at(surface, event) {
    const { left, top } = surface.getBoundingClientRect();
    return [clamp(event.clientX - left, 0, this.#limits.width), clamp(event.clientY - top, 0, this.#limits.height)];
  }
}

const lines = ([x, y, ...more]) => `M${x} ${y}L${more.length > 0 ? more.join(' ') : `${x} ${y}`}`;
