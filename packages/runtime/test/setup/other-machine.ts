import { thisMachine, type MachineProbe } from '../../src/index.ts';

/** This machine as it would be under another boot, name, or with other clocks. */
export function otherMachine(
  change: Partial<{ bootId: string; host: string; pidNamespace: string; monotonicMs: () => number }>,
): MachineProbe {
  const machine = thisMachine();
  return {
    bootId: () => change.bootId ?? machine.bootId(),
    host: () => change.host ?? machine.host(),
    pidNamespace: () => change.pidNamespace ?? machine.pidNamespace(),
    monotonicMs: change.monotonicMs ?? (() => machine.monotonicMs()),
    uid: machine.uid,
  };
}

/** This machine with its clock moved on, as if it had been waited for so long. */
export function laterBy(ms: number): MachineProbe {
  return otherMachine({ monotonicMs: () => thisMachine().monotonicMs() + ms });
}
