import { instances, PushStream } from './pushstream.js';

// A page that has the original keeps it, as with the original itself.
const page = window as unknown as { PushStream?: typeof PushStream; PushStreamManager?: PushStream[] };
if (!page.PushStream) {
  page.PushStream = PushStream;
  page.PushStreamManager = instances;
}
