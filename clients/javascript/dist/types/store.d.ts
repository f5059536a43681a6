/** A place that outlives the page; sessionStorage as a rule. */
export interface Store {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
    removeItem(key: string): void;
}
/** The page's sessionStorage, or null where the browser forbids it. */
export declare function sessionStore(): Store | null;
export declare function load(store: Store | null, key: string): string;
export declare function save(store: Store | null, key: string, value: string): void;
export interface Position {
    epoch: string;
    seq: number;
}
export declare function loadPosition(store: Store | null, key: string): Position | null;
export declare function savePosition(store: Store | null, key: string, position: Position): void;
