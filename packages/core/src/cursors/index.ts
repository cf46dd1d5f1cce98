export * from './cursors.ts';
