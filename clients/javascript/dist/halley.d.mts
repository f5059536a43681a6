export * from './types/halley.js';
