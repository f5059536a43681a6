import { iComet } from './icomet.js';

(window as unknown as { iComet: typeof iComet }).iComet = iComet;
