/**
 * A forever iframe: a page that does not end, whose scripts call its parent. ended: it was loaded to its end. prepare
 * sees it before it loads.
 */
export function openFrame(url: string, ended: () => void, prepare?: (frame: HTMLIFrameElement) => void): () => void {
  const frame = document.createElement('iframe');
  frame.style.display = 'none';
  if (prepare) prepare(frame);
  frame.src = url;
  frame.onload = () => ended();
  (document.body || document.documentElement).appendChild(frame);
  return () => {
    frame.onload = null;
    frame.src = 'about:blank';
    if (frame.parentNode) frame.parentNode.removeChild(frame);
  };
}
