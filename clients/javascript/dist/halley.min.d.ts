export * from './types/halley.js';
export as namespace Halley;
