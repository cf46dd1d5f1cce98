export * from './snapshot.ts';
export * from './checksum.ts';
