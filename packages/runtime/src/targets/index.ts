export * from './executables.ts';
export * from './resolve.ts';
export * from './version.ts';
