import type { Page } from 'puppeteer-core';

/** Looks at what a page wrote down in its list told, until it is what was waited for. */
export function watch<Told>(page: () => Page) {
  const told = () => page().evaluate('told') as Promise<Told[]>;
  return {
    told,
    async until(what: string, condition: (told: Told[]) => boolean): Promise<Told[]> {
      let seen: Told[] = [];
      for (let i = 0; i < 600; i++) {
        seen = await told();
        if (condition(seen)) return seen;
        await new Promise(resolve => setTimeout(resolve, 50));
      }
      throw new Error(`${what}: not within 30 seconds. Told: ${JSON.stringify(seen.slice(-20))}`);
    },
  };
}
