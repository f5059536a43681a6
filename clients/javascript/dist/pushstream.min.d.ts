import type { PushStream as PushStreamType } from './types/pushstream/pushstream.js';

declare global {
  const PushStream: typeof PushStreamType;
  type PushStream = PushStreamType;
}
