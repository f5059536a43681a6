export type Query = {
    [name: string]: string | number | undefined;
};
/** The whole address of what may be given relative to the page. */
export declare function absolute(address: string): string;
/** Scheme, host and port of a whole address. */
export declare function originOf(address: string): string;
export declare function withQuery(address: string, query: Query): string;
/** A path below a base address that may have a query of its own. */
export declare function below(base: string, path: string): string;
