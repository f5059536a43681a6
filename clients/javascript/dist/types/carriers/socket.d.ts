import type { Line } from './line.js';
export interface Socket {
    send(text: string): void;
    close(): void;
}
export declare function openSocket(url: string, line: Line): Socket;
