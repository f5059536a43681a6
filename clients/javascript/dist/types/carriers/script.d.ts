/** It called back; it loaded and did not, as after an answer without a body; it did not load. */
export type ScriptEnd = 'called' | 'loaded' | 'failed';
/**
 * JSONP: a script that calls back. address gets the name of the function to call. Returns what gives it up.
 */
export declare function askScript(address: (callback: string) => string, done: (value: unknown, end: ScriptEnd) => void, prefix?: string): () => void;
