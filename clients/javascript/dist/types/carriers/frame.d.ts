/**
 * A forever iframe: a page that does not end, whose scripts call its parent. ended: it was loaded to its end. prepare
 * sees it before it loads.
 */
export declare function openFrame(url: string, ended: () => void, prepare?: (frame: HTMLIFrameElement) => void): () => void;
