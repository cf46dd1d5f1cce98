import type { ExecutionMode, LeftoversPolicy, OnInterrupt, TaskMode, WorkerTools } from '../records/index.ts';

/** Settings that are one of a few words. */
export const policies = {
  execution_mode: ['read_only', 'standard', 'auto', 'danger'],
  on_interrupt: ['resume', 'park'],
  leftovers: ['keep', 'end'],
  worker_tools: ['auto', 'off'],
} as const satisfies Record<string, readonly (ExecutionMode | OnInterrupt | LeftoversPolicy | WorkerTools)[]>;

/** What `--mode` and a named agent may say; `auto` is by the request. */
export const taskModes = ['auto', 'direct', 'plan', 'discuss'] as const satisfies readonly (
  'auto' | TaskMode
)[];
