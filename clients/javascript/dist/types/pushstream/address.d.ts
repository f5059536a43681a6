import { type Query } from '../address.js';
import type { FullSettings } from './settings.js';
export interface Channels {
    [name: string]: {
        backtrack?: number;
    };
}
export interface Place extends FullSettings {
    port: number;
    channels: Channels;
}
export declare function subscriberUrl(place: Place, prefix: string, query: Query, withBacktrack: boolean, scheme?: string): string;
/** The slash before the first channel is the original's, and its servers expect it. */
export declare function publisherUrl(place: Place): string;
export declare function isCrossDomain(place: Place): boolean;
/** What a page and a frame from this host can both set as document.domain. */
export declare function sharedDomain(host: string): string;
