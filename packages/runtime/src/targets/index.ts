export * from './executables.ts';
export * from './resolve.ts';
