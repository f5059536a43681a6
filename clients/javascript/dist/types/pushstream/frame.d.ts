import { type Mode, type Stream } from './mode.js';
/** A frame's window, as the server's header template sees it. */
export type FrameWindow = Window & {
    p?: (id: number, channel: string, text: string, eventid?: string, time?: string, tag?: string) => void;
};
export interface FrameMode extends Mode {
    register(frame: FrameWindow): void;
}
/** The forever iframe: its page registers, then calls p for each message and each ping. */
export declare function frameMode(stream: Stream): FrameMode;
