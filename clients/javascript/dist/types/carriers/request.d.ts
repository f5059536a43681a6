export interface Answer {
    status: number;
    text: string;
    header(name: string): string | null;
}
export interface RequestOptions {
    method?: string;
    headers?: {
        [name: string]: string;
    };
    body?: string;
    /** The head of the answer is here, its body is not. */
    begun?(status: number): void;
}
/** One request, one answer; status 0 if none came. Returns what gives it up, without an answer. */
export declare function request(url: string, options: RequestOptions, done: (answer: Answer) => void): () => void;
