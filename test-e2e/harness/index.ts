export * from '../model/index.ts';
export { installAgents, installClaude21250, installNode24, installPi087 } from '../setup/install-agents.mjs';
export type { AgentEvent, AgentRun } from './agent.ts';
export { runAgent } from './agent.ts';
export { cleanUp, cleanUpAfterEach } from './clean-up.ts';
export type { DispatchOptions } from './dispatch.ts';
export { dispatch, dispatchProgram, startDispatch } from './dispatch.ts';
export type { SeenProcess } from './processes.ts';
export {
  isDispatch,
  isLauncher,
  killAll,
  killEverythingOfDispatch,
  livingProcesses,
  processesWithMark,
  signal,
} from './processes.ts';
export { git, makeRepo, writeFiles } from './repository.ts';
export type { Ended, RunOptions, Started } from './run.ts';
export { startProgram } from './run.ts';
export type { ClaudeVersion, PiVersion, SandboxHome } from './sandbox-home.ts';
export { cleanEnv, createSandboxHome } from './sandbox-home.ts';
export { temporaryFolder } from './temporary.ts';
export { treeOf } from './tree.ts';
export { until } from './until.ts';
export type { JournalLine, Reply, ShownError, ShownTask, Stage } from './scripted-agent.ts';
export { dataOf, errorOf, readEvents, stageIn, stageScriptedAgent } from './scripted-agent.ts';
