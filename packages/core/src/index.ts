export type * from './records/index.ts';
export * from './errors.ts';
export * from './disk/index.ts';
export * from './journal/index.ts';
export * from './lifecycle/index.ts';
export * from './snapshot/index.ts';
export * from './store/index.ts';
export * from './mailbox/index.ts';
export * from './lease/index.ts';
export * from './cursors/index.ts';
export * from './grants/index.ts';
export * from './ids/index.ts';
export * from './title/index.ts';
export * from './checklist/index.ts';
export * from './prompts/index.ts';
export * from './config/index.ts';
export * from './shell/index.ts';
export {
  checkClaim,
  checkDoneFile,
  checkEventLine,
  checkExitFile,
  checkFormatFile,
  checkKeyFile,
  checkSnapshot,
} from './records/checks.generated.ts';
