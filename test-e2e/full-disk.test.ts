// A full disk (a small tmpfs in a mount namespace): one clear error, nothing lost, and a cancel that still ends what runs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { available, runIn, smallDisk } from './faults/boot.ts';
import type { Reply, Stage } from './harness/index.ts';
import { cleanUpAfterEach, dispatchProgram, stageScriptedAgent } from './harness/index.ts';

cleanUpAfterEach();

/** Asks by hand where it is told to, works until `end` is there, and marks what it did outside of the small disk. */
const agent = `#!/bin/sh
cat >/dev/null
echo run >> "$HOME/runs"
[ -e "$HOME/asks" ] && printf 'Which?' > "$DISPATCH_TASK_DIR/mailbox/001.question"
while [ ! -e "$HOME/end" ]; do sleep 0.1; done
`;

let stage: Stage;
let possible: true | string;
let disk: string;
beforeEach(async () => {
  stage = await stageScriptedAgent(agent);
  disk = join(stage.cwd, 'disk');
  mkdirSync(disk);
  possible = await available(smallDisk({ at: disk, size: 65536 }));
});

interface Said {
  exit: number;
  stderr: string;
  document: { ok: boolean; data: Reply; error: { code: string; message: string; hint: string } };
}

const fill = `dd if=/dev/zero of="$DISK/.filler" bs=4096 2>/dev/null; dd if=/dev/zero of="$DISK/.filler2" bs=1 2>/dev/null; true`;

/**
 * Runs shell lines on the small disk. `d NAME …` is one command of dispatch, told of under its name; `page` ends the
 * journal's last page with a remark, so that its next line needs another.
 */
async function onSmallDisk(lines: string): Promise<(name: string) => Said> {
  const script = `
    d() { name=$1; shift; ${process.execPath} ${dispatchProgram} --root "$DISK/.dispatch" "$@" --json > "$HOME/$name.out" 2> "$HOME/$name.err"; echo $? > "$HOME/$name.exit"; }
    task() { sed -n 's/.*"task_id":"\\([^"]*\\)".*/\\1/p' "$HOME/run.out"; }
    journal() { echo "$DISK"/.dispatch/tasks/*/events.jsonl; }
    seen() { tries=0; until grep -qs "$1" $(journal); do sleep 0.05; tries=$((tries+1)); [ $tries -lt 300 ] || exit 9; done; }
    page() { used=$(($(stat -c %s $(journal)) % 4096)); [ $used -gt 4090 ] || printf '#%*s\\n' $((4094 - used)) '' >> $(journal); }
    full() { ${fill}; }
    room() { rm -f "$DISK/.filler" "$DISK/.filler2"; }
    gone() { tries=0; while grep -qsz "^DISPATCH_ATTEMPT=$(task):" /proc/[0-9]*/environ; do sleep 0.05; tries=$((tries+1)); [ $tries -lt 300 ] || exit 8; done; }
    ${lines}`;
  const ran = await runIn(smallDisk({ at: disk, size: 1024 * 1024 }), script, {
    cwd: stage.cwd,
    env: { ...stage.home.env, DISK: disk },
    timeout: 90_000,
  });
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
  const file = (name: string) => readFileSync(join(stage.home.home, name), 'utf8');
  return (name) => ({
    exit: Number(file(`${name}.exit`)),
    stderr: file(`${name}.err`),
    document: JSON.parse(file(`${name}.out`)) as Said['document'],
  });
}

function expectDiskFull(said: Said): void {
  expect(said.document.error, JSON.stringify(said)).toMatchObject({ code: 'disk_full' });
  expect(said.exit).toBe(6);
  expect(said.document.error.message).toContain(disk);
  expect(said.document.error.hint).toMatch(/space/);
  expect(said.stderr).toBe('');
}

test('run: refused, nothing is half made, and the same command works once there is room', async ({
  skip,
}) => {
  if (possible !== true) skip(possible);
  writeFileSync(join(stage.home.home, 'end'), '');
  const said = await onSmallDisk(`
    full; d first run --prompt x; room; d list list
    d init init; full; d second run --prompt x; ls -A "$DISK/.dispatch/tasks" > "$HOME/tasks"; room
    d run run --prompt x; d wait wait @last; d listed list`);
  expectDiskFull(said('first'));
  expectDiskFull(said('second'));
  expect(readFileSync(join(stage.home.home, 'tasks'), 'utf8')).toBe('');
  expect(said('run').document.ok).toBe(true);
  expect(said('wait').exit).toBe(0);
  expect(said('listed').document.data).toHaveLength(1);
  expect(readFileSync(join(stage.home.home, 'runs'), 'utf8')).toBe('run\n');
});

test('answer: refused, and none is there; then it is given once', async ({ skip }) => {
  if (possible !== true) skip(possible);
  writeFileSync(join(stage.home.home, 'asks'), '');
  const said = await onSmallDisk(`
    d run run --prompt x; seen question_asked
    full; d refused answer "$(task)" --message 'The left one.'; ls -A "$DISK"/.dispatch/tasks/*/mailbox > "$HOME/mailbox"
    room; d given answer "$(task)" --message 'The left one.'
    cat "$DISK"/.dispatch/tasks/*/mailbox/001.answer > "$HOME/answer"
    touch "$HOME/end"; d wait wait "$(task)"`);
  expectDiskFull(said('refused'));
  expect(readFileSync(join(stage.home.home, 'mailbox'), 'utf8')).toBe('001.question\n');
  expect(said('given').document).toMatchObject({ ok: true, data: { answered: '001' } });
  expect(readFileSync(join(stage.home.home, 'answer'), 'utf8')).toBe('The left one.');
  expect(said('wait').exit).not.toBe(1);
});

test('cancel: the processes are ended all the same, and it is said that this is unrecorded', async ({
  skip,
}) => {
  if (possible !== true) skip(possible);
  const said = await onSmallDisk(`
    d run run --prompt x; seen leader_seen
    page; full; d cancel cancel "$(task)"; gone
    room; d wait wait "$(task)"; d after inspect "$(task)"`);
  expect(said('cancel').document.ok, JSON.stringify(said('cancel'))).toBe(true);
  expect(said('cancel').document.data.detail).toMatch(/^unrecorded: .*every process of the task was ended/);
  expect(said('cancel').document.data).toMatchObject({ confirmed: true });
  // Nobody recorded that a cancel was asked for: an end that came from outside is an interruption.
  expect(said('after').document.data.task).toMatchObject({ status: 'awaiting_user', reason: 'interrupted' });
  expect(existsSync(join(stage.home.home, 'runs'))).toBe(true);
});

test('the end of an attempt: recorded once there is room, and shown until then', async ({ skip }) => {
  if (possible !== true) skip(possible);
  const said = await onSmallDisk(`
    d run run --prompt x; seen leader_seen
    page; full; touch "$HOME/end"; gone; d meanwhile inspect "$(task)"; d list list
    room; d wait wait "$(task)" --timeout 30s; d after inspect "$(task)"; seen attempt_ended`);
  expect(said('meanwhile').document.ok).toBe(true);
  expect(['completed', 'awaiting_user']).toContain(said('meanwhile').document.data.task.status);
  expect(said('list').exit).toBe(0);
  expect([0, 20]).toContain(said('wait').exit);
  expect(said('after').document.data.task.attempts[0]).toMatchObject({ phase: 'ended' });
  expect(readFileSync(join(stage.home.home, 'runs'), 'utf8')).toBe('run\n');
});
