export * from './executables.ts';
export * from './resolve.ts';
export * from './version.ts';
export * from './report.ts';
export * from './ready.ts';
