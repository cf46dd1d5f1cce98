export { capturedEnvironment, type Environment, type HostTable } from './captured.ts';
export { attemptEnvironment, changedVariables, withoutMarks, type AttemptSurroundings } from './attempt.ts';
export { TASK_DIR, isMark } from './marks.ts';
export { isTypedByAgent } from './typed-by-agent.ts';
