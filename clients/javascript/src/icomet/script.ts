import { iComet } from './icomet';

(window as unknown as { iComet: typeof iComet }).iComet = iComet;
