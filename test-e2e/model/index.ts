export type { Conversation, Marker, Message } from './conversation.ts';
export { marked, toolResults, userTexts } from './conversation.ts';
export type { Direction, Scene, Script } from './script.ts';
export { failing } from './script.ts';
export type { ModelServer, RecordedRequest } from './server.ts';
export { startModelServer } from './server.ts';
export type { FailureName, Step, ToolCall, Usage } from './step.ts';
export {
  callTool,
  edit,
  failure,
  hangUp,
  httpError,
  read,
  shell,
  silence,
  text,
  together,
  trickle,
  write,
} from './step.ts';
