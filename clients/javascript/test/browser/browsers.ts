import { existsSync } from 'node:fs';
import puppeteer, { type Browser } from 'puppeteer-core';

export type BrowserName = 'chromium' | 'firefox';

/**
 * Debian's browsers: Chromium over the DevTools protocol, Firefox over WebDriver BiDi. BROWSERS=chromium takes only
 * that one.
 */
export const browsers = (process.env.BROWSERS ?? 'chromium,firefox').split(',') as BrowserName[];

const Paths = { chromium: '/usr/bin/chromium', firefox: '/usr/bin/firefox-esr' };

/** A name of another site, which leads to this machine in both browsers. */
export const OtherHost = 'www.other-site.example';

/** forcedColors: with the colours that the system dictates, in high contrast. */
export function launch(name: BrowserName, { forcedColors = false } = {}): Promise<Browser> {
  const executablePath = Paths[name];
  if (!existsSync(executablePath))
    throw new Error(
      `${executablePath} is not there. On Debian: apt-get install ${name === 'firefox' ? 'firefox-esr' : name}`,
    );
  return puppeteer.launch({
    browser: name === 'firefox' ? 'firefox' : 'chrome',
    executablePath,
    headless: true,
    timeout: 90_000,
    protocolTimeout: 90_000,
    args:
      name === 'chromium'
        ? [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-dev-shm-usage',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            `--host-resolver-rules=MAP ${OtherHost} 127.0.0.1`,
            ...(forcedColors ? ['--force-high-contrast'] : []),
          ]
        : [],
    extraPrefsFirefox: {
      'network.dns.localDomains': OtherHost,
      ...(forcedColors ? { 'browser.display.document_color_use': 2 } : {}),
    },
  });
}
