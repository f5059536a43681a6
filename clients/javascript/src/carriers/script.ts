let calls = 0;

/** It called back; it loaded and did not, as after an answer without a body; it did not load. */
export type ScriptEnd = 'called' | 'loaded' | 'failed';

/**
 * JSONP: a script that calls back. address gets the name of the function to call. Returns what gives it up.
 */
export function askScript(
  address: (callback: string) => string,
  done: (value: unknown, end: ScriptEnd) => void,
  prefix = 'halley_cb_',
): () => void {
  const page = window as unknown as { [name: string]: unknown };
  const name = prefix + new Date().getTime().toString(36) + calls++;
  const script = document.createElement('script');
  let over = false;
  const finish = () => {
    over = true;
    script.onerror = script.onload = null;
    if (script.parentNode) script.parentNode.removeChild(script);
    page[name] = () => {
      delete page[name];
    }; // a script given up may still arrive
  };
  const settle = (value: unknown, end: ScriptEnd) => {
    if (over) return;
    finish();
    done(value, end);
  };
  page[name] = (value: unknown) => {
    settle(value, 'called');
    delete page[name];
  };
  script.onerror = () => settle(undefined, 'failed');
  script.onload = () => settle(undefined, 'loaded');
  script.async = true;
  script.src = address(name);
  (document.head || document.getElementsByTagName('head')[0]).appendChild(script);
  return finish;
}
