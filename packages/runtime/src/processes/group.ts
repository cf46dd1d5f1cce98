import type { Claim, Leftover } from '@dispatch/core';
import { isLiving, isProcess, type ProcessEntry, type ProcessRef } from './entry.ts';
import { samePlace, type Liveness } from './identity.ts';
import { findMarked } from './marked.ts';
import { livingLeader, isOwnExecutable } from './leader.ts';
import { markedness } from './mark.ts';
import type { MachineProbe } from './probe.ts';
import type { ProcessTable } from './table.ts';

export interface LivenessQuestion {
  claim: Claim;
  /** The launcher's child, if an observer has recorded it. */
  leader: ProcessRef | null;
  exitRecorded: boolean;
  taskId: string;
  attempt: number;
  /** The root's real path. */
  rootPath: string;
  /** Base names which, in the group, are the agent even when its leader has ended. */
  ownExecutables: readonly string[];
  machine: MachineProbe;
  /** Where one look is no proof, there is a second. */
  look: () => ProcessTable;
}

export interface AttemptLiveness {
  state: Liveness;
  /** Whether the agent's own processes are at work; an attempt whose launcher writes the exit record lives without. */
  agent: 'working' | 'gone' | 'unknown';
  how: string;
  /** The launcher's child, as seen now or as recorded. */
  leader: ProcessRef | null;
  /** The living of the launcher's group; empty where that group is somebody else's. */
  members: ProcessRef[];
  /** What outlived the agent; empty unless `ended`. */
  leftovers: Leftover[];
}

type Launcher = ProcessRef;
type Group =
  | { kind: 'ours'; members: ProcessEntry[] }
  /** Nobody lives in it; `certain` if one look is enough. */
  | { kind: 'nobody'; certain: boolean; how: string }
  | { kind: 'unclear'; how: string };

/** Whether an attempt lives, by the process group of its launcher. */
export function attemptLiveness(question: LivenessQuestion): AttemptLiveness {
  const { claim } = question;
  if (claim.pid === null || claim.start_time === null) {
    return answer(question, 'ended', 'gone', 'the claim names no process, so none was started');
  }
  const launcher: Launcher = { pid: claim.pid, start_time: claim.start_time };
  let table = question.look();
  const place = samePlace(claim, table, question.machine);
  if (place.state === 'unknown') return answer(question, 'unknown', 'unknown', place.how);
  if (place.state === 'ended') return answer(question, 'ended', 'gone', place.how);
  let group = lookAtGroup(question, launcher, table);
  if (group.kind === 'unclear' || (group.kind === 'nobody' && !group.certain)) {
    table = question.look();
    group = lookAtGroup(question, launcher, table);
  }
  if (group.kind === 'unclear') return answer(question, 'unknown', 'unknown', group.how);
  return judge(question, launcher, group, table);
}

function lookAtGroup(question: LivenessQuestion, launcher: Launcher, table: ProcessTable): Group {
  const pgid = launcher.pid;
  const holder = table.entries.get(pgid);
  if (holder !== undefined && holder.start_time !== launcher.start_time) {
    // The kernel gives a number out again only when no group and no session bears it.
    return {
      kind: 'nobody',
      certain: true,
      how: `process ${pgid} is another one, so the launcher's group is gone`,
    };
  }
  const all = [...table.entries.values()].filter((entry) => entry.pgid === pgid);
  const members = all.filter(isLiving);
  if (members.some((entry) => markedness(table, entry.pid, question) === 'marked'))
    return { kind: 'ours', members };
  if (!table.groupExists(pgid))
    return { kind: 'nobody', certain: true, how: `there is no process group ${pgid}` };
  if (members.length === 0) {
    return all.length > 0
      ? { kind: 'nobody', certain: false, how: `only zombies are left in the process group ${pgid}` }
      : {
          kind: 'unclear',
          how: `the process group ${pgid} exists, but none of its processes may be looked at`,
        };
  }
  const { leader } = question;
  const recorded = (entry: ProcessEntry) =>
    isProcess(entry, launcher) || (leader !== null && isProcess(entry, leader));
  if (table.environmentsHidden && members.some(recorded)) return { kind: 'ours', members };
  // Our group is in the session of the same number; in any other, the number is borne by strangers.
  const mayBeOurs = members.filter((entry) => entry.sid === pgid || entry.sid === 0);
  if (mayBeOurs.some((entry) => markedness(table, entry.pid, question) === 'hidden')) {
    return { kind: 'unclear', how: `the environments of the process group ${pgid} may not be read` };
  }
  if (leader !== null && mayBeOurs.some((entry) => isProcess(entry, leader))) {
    return {
      kind: 'unclear',
      how: `process ${leader.pid} is the recorded leader but does not carry the mark`,
    };
  }
  return { kind: 'nobody', certain: true, how: `the process group ${pgid} is somebody else's` };
}

function judge(
  question: LivenessQuestion,
  launcher: Launcher,
  group: Exclude<Group, { kind: 'unclear' }>,
  table: ProcessTable,
): AttemptLiveness {
  const members = group.kind === 'ours' ? group.members : [];
  const alive = (agent: 'working' | 'gone', how: string, leader = question.leader): AttemptLiveness => ({
    ...answer(question, 'alive', agent, how),
    leader,
    members: members.map(toRef),
  });
  const launcherLives = members.some((entry) => isProcess(entry, launcher));
  const leader = livingLeader(table, question, launcherLives ? launcher : null);
  if (leader !== null)
    return alive('working', `the agent's leader, process ${leader.pid}, is alive`, toRef(leader));
  const leaderEnded = question.leader !== null || question.exitRecorded;
  const others = members.filter((entry) => !isProcess(entry, launcher));
  if (!leaderEnded && members.length > 0) {
    return alive(
      'working',
      `the process group ${launcher.pid} has living members, and its leader was never seen to end`,
    );
  }
  const own = others.find((entry) => isOwnExecutable(table, entry.pid, question.ownExecutables));
  if (own !== undefined)
    return alive('working', `process ${own.pid} of the group is the agent's own (${own.comm})`);
  if (launcherLives) return alive('gone', 'the agent ended, and the launcher is recording that');
  const how =
    group.kind === 'ours' ? 'the agent and its launcher have ended; what is left is not theirs' : group.how;
  return {
    ...answer(question, 'ended', 'gone', how),
    leftovers: leftovers(question, launcher, members, table),
  };
}

function leftovers(
  q: LivenessQuestion,
  launcher: Launcher,
  members: ProcessEntry[],
  table: ProcessTable,
): Leftover[] {
  const recorded = q.leader === null ? [launcher] : [launcher, q.leader];
  const found = findMarked(table, { ...q, uid: q.machine.uid, recorded });
  const known = new Set(found.map(({ pid }) => pid));
  return [...found, ...members.filter(({ pid }) => !known.has(pid) && pid !== launcher.pid)].map(
    ({ pid, start_time }) => ({
      pid,
      start_time,
      command: table.command(pid),
    }),
  );
}

function answer(
  question: LivenessQuestion,
  state: Liveness,
  agent: AttemptLiveness['agent'],
  how: string,
): AttemptLiveness {
  return { state, agent, how, leader: question.leader, members: [], leftovers: [] };
}

function toRef({ pid, start_time }: ProcessRef): ProcessRef {
  return { pid, start_time };
}
