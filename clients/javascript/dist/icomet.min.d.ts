import type { iComet as iCometType } from './types/icomet/icomet.js';

declare global {
  const iComet: typeof iCometType;
  type iComet = iCometType;
}
