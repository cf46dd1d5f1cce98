export * from './journal.ts';
export * from './lines.ts';
export * from './scan.ts';
