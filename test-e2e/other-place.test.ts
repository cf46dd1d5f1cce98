// A command in another pid namespace, or on another host, that looks at a living task: it judges and touches nothing.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Place } from './faults/boot.ts';
import { anotherHost, anotherProcessTable, available, runIn } from './faults/boot.ts';
import type { Reply, Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dataOf,
  dispatchProgram,
  livingProcesses,
  processesWithMark,
  stageScriptedAgent,
  until,
} from './harness/index.ts';

cleanUpAfterEach();

/** Works until it is told to end, and says once that it has begun. */
const patient = `#!/bin/sh
cat >/dev/null
echo begun >> "$DISPATCH_TASK_DIR/../../../begun"
while [ ! -e "$DISPATCH_TASK_DIR/../../../end" ]; do sleep 0.1; done
`;

let stage: Stage;
beforeEach(async () => {
  stage = await stageScriptedAgent(patient);
});

interface Finding {
  what: string;
  action: string;
  repaired: boolean;
}

async function typedIn(place: Place, args: string[]): Promise<{ exit: number | null; text: string }> {
  const ran = await runIn(place, [process.execPath, dispatchProgram, ...args], {
    cwd: stage.cwd,
    env: stage.home.env,
    timeout: 30_000,
  });
  return { exit: ran.exitCode, text: ran.stdout + ran.stderr };
}

const documentOf = ({ text }: { text: string }) =>
  JSON.parse(text) as { ok: boolean; data: Reply & { findings: Finding[] }; error: { code: string } };

const supervisors = () =>
  livingProcesses().filter(({ argv }) => argv.includes('supervise') && argv.includes(stage.root));

/** Launcher and agent, without what the agent starts again and again. */
const steady = (id: string) =>
  processesWithMark(id)
    .filter(({ argv }) => argv[0] !== 'sleep')
    .map(({ pid }) => pid);

describe.each([
  ['another pid namespace', anotherProcessTable()],
  ['another host', anotherHost()],
])('%s', (_name, place) => {
  test('a living task is unknown there, and nothing is launched, killed or repaired', async ({ skip }) => {
    const possible = await available(place);
    if (possible !== true) skip(possible);
    const id = dataOf(await stage.type(['run', '--prompt', 'Wait.'])).task_id;
    await until(() => existsSync(join(stage.cwd, 'begun')), { what: 'the agent works' });
    await until(() => stage.events(id).some(({ kind }) => kind === 'leader_seen'), {
      what: 'it is observed',
    });
    const [supervisor] = supervisors();
    const agents = steady(id);
    const journal = readFileSync(join(stage.taskDir(id), 'events.jsonl'), 'utf8');
    const leases = readdirSync(join(stage.root, 'supervisor/lease'));

    const inspected = documentOf(await typedIn(place, ['inspect', id, '--json'])).data.task;
    expect(inspected).toMatchObject({
      status: 'running',
      attempt_alive: null,
      liveness: { state: 'unknown' },
    });
    const people = await typedIn(place, ['inspect', id]);
    expect(people.text).toContain('cannot be judged from here');
    expect((await typedIn(place, ['list'])).text).toContain(id.slice(-5));
    const resumed = documentOf(await typedIn(place, ['resume', id, '--message', 'More.', '--json']));
    expect(resumed.error.code).toBe('attempt_alive');
    const started = documentOf(await typedIn(place, ['start', id, '--json']));
    expect(started.error.code).toBe('attempt_alive');
    const { findings } = documentOf(await typedIn(place, ['doctor', '--json'])).data;
    expect(findings.find(({ what }) => what === 'supervisor_elsewhere')?.action).toContain('--take-over');
    expect(findings.filter(({ repaired }) => repaired)).toEqual([]);

    expect(readFileSync(join(stage.taskDir(id), 'events.jsonl'), 'utf8')).toBe(journal);
    expect(readdirSync(join(stage.root, 'supervisor/lease'))).toEqual(leases);
    expect(supervisors().map(({ pid }) => pid)).toEqual([supervisor?.pid]);
    expect(steady(id)).toEqual(agents);
    expect(readFileSync(join(stage.cwd, 'begun'), 'utf8')).toBe('begun\n');

    writeFileSync(join(stage.cwd, 'end'), '');
    expect((await stage.type(['wait', id])).exitCode).toBe(0);
  });

  test('a cancel that is typed there is carried out by the supervisor here', async ({ skip }) => {
    const possible = await available(place);
    if (possible !== true) skip(possible);
    const id = dataOf(await stage.type(['run', '--prompt', 'Wait.'])).task_id;
    await until(() => existsSync(join(stage.cwd, 'begun')), { what: 'the agent works' });
    const cancelled = documentOf(await typedIn(place, ['cancel', id, '--json']));
    expect(cancelled).toMatchObject({ ok: true, data: { task_id: id } });
    expect((await stage.type(['wait', id])).exitCode).toBe(22);
    expect(processesWithMark(id)).toEqual([]);
  });
});
