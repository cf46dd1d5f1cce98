export { thisMachine, type MachineProbe } from './probe.ts';
export { isLiving, isProcess, type ProcessEntry, type ProcessRef } from './entry.ts';
export { lookAtProcess, lookAtProcesses, type EnvironmentLook, type ProcessTable } from './table.ts';
export { INITIAL_PID_NAMESPACE, samePlace, sameProcess, type Judgement, type Liveness } from './identity.ts';
export { attemptLiveness, type AttemptLiveness, type LivenessQuestion } from './group.ts';
export { MARK, MARK_ROOT, markOf, markedness, type MarkSought } from './mark.ts';
export { findMarked, suspects, type MarkedProcess, type MarkedSearch } from './marked.ts';
export { signalGroup, signalProcess, type SignalOutcome } from './signal.ts';
