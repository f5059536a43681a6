import { type Mode, type Stream } from './mode.js';
/** Long polling: with validators in the header, or in the address; as a script where the server is another site. */
export declare function pollingMode(stream: Stream): Mode;
