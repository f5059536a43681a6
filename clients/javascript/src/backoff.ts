export interface BackoffOptions {
  /** Milliseconds before the first new try. Default 1,000. */
  min?: number;
  /** Milliseconds at most. Default 30,000. */
  max?: number;
  /** How much longer each further wait is. Default 2. */
  factor?: number;
}

/**
 * How long to wait before the next try: longer each time, and at random within the upper half, so that a server that
 * comes back is not met by all at once.
 */
export class Backoff {
  readonly max: number;
  private readonly min: number;
  private readonly factor: number;
  private tries = 0;

  constructor(options: BackoffOptions) {
    this.min = options.min || 1000;
    this.max = options.max || 30000;
    this.factor = options.factor || 2;
  }

  next(): number {
    const full = Math.min(this.max, this.min * Math.pow(this.factor, this.tries++));
    return full * (0.5 + Math.random() / 2);
  }

  reset(): void {
    this.tries = 0;
  }
}
