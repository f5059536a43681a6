import { createServer } from 'node:http';
import { boardOf, changed, goneOf, personOf, Refusal } from './rules.js';

const MAX_QUESTION = 128 * 1024;

/**
 * What Halley asks about pages, as Centrifugo asks it (docs/protocols/centrifugo.md): who somebody is, and whether a
 * change may be. A change is kept before it is told, so that whatever breaks then, it is there.
 */
export function hooks(store) {
  const answers = {
    '/connect': ({ data }) => ({ result: personOf(data) }),
    '/publish': ({ channel, data }) => {
      const board = boardOf(channel);
      const was = store.item(board, data?.id);
      const item = changed(was, data, store.items(board).length);
      // Sent again, since its answer was lost on the way: things are told as they stand now.
      const isRepeated = store.knows(data.change);
      return { result: { data: isRepeated ? (was ?? store.put(board, goneOf(data))) : store.put(board, item) } };
    },
  };

  return createServer(async (request, response) => {
    try {
      const answer = answers[request.url];
      const question = await read(request);
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer(question)));
    } catch (error) {
      if (error instanceof Refusal) {
        response.end(JSON.stringify({ error: { code: error.code, message: error.message } }));
      } else {
        console.error(error);
        response.writeHead(500).end();
      }
    }
  });
}

async function read(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > MAX_QUESTION) {
      throw new Error('a question is too long');
    }
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString());
}
