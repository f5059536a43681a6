export interface Answer {
  status: number;
  text: string;
  header(name: string): string | null;
}

export interface RequestOptions {
  method?: string;
  headers?: { [name: string]: string };
  body?: string;
  /** The head of the answer is here, its body is not. */
  begun?(status: number): void;
}

/** One request, one answer; status 0 if none came. Returns what gives it up, without an answer. */
export function request(url: string, options: RequestOptions, done: (answer: Answer) => void): () => void {
  const xhr = new XMLHttpRequest();
  xhr.onreadystatechange = () => {
    if (xhr.readyState === 2 && options.begun) options.begun(xhr.status);
    if (xhr.readyState !== 4) return;
    xhr.onreadystatechange = null;
    done({ status: xhr.status, text: xhr.responseText, header: name => xhr.getResponseHeader(name) });
  };
  xhr.open(options.method || 'GET', url, true);
  const headers = options.headers || {};
  for (const name in headers) xhr.setRequestHeader(name, headers[name]);
  xhr.send(options.body);
  return () => {
    xhr.onreadystatechange = null;
    xhr.abort();
  };
}
