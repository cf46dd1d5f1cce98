export * from './close.ts';
export * from './stop.ts';
export * from './sweep.ts';
export * from './unrecorded.ts';
