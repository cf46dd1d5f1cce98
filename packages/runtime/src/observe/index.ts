export * from './clock.ts';
export * from './liveness.ts';
export * from './log.ts';
export * from './mailbox.ts';
export * from './observe.ts';
export * from './recorder.ts';
export * from './records.ts';
