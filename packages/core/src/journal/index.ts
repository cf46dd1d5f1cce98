export * from './clock.ts';
export * from './journal.ts';
export * from './encode.ts';
export * from './fold.ts';
export * from './lines.ts';
export * from './position.ts';
export * from './scan.ts';
