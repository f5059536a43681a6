// The messenger's own server. Whatever it refuses comes as an ApiError with a sentence for the person.

export class ApiError extends Error {
  /** status: HTTP's; 0: the server was not reached. */
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  /** Whether the same may succeed later: no network, an overloaded or broken server. */
  get passes() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const Patience = 15_000; // milliseconds; a network that is gone does not always say so

async function ask(method, path, body) {
  let response;
  try {
    response = await fetch(`/api/${path}`, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(Patience),
    });
  } catch {
    throw new ApiError(0, 'The server cannot be reached. It is tried again by itself.');
  }
  const text = await response.text().catch(() => '');
  const answer = parse(text);
  if (response.ok) return answer;
  throw new ApiError(response.status, answer?.error ?? `The server answered with ${response.status}. Try again.`);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const api = {
  get: path => ask('GET', path),
  post: (path, body = {}) => ask('POST', path, body),
};
