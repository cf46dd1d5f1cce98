import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReleasePipe } from '../harness/pipe.mjs';
import { memoryMiB, timed, until } from '../harness/processes.mjs';
import { fixed, median, medianRatio } from '../harness/statistics.mjs';
import { BenchStore, shellAgent } from '../harness/store.mjs';

const first = '{"type":"thread.started","thread_id":"0199a213-81c0-7800-8aa1-bbab2a035a53"}';
const last =
  '{"type":"turn.completed","usage":{"input_tokens":24763,"cached_input_tokens":24448,"output_tokens":122}}';

/** Exactly 200 bytes with the newline. */
const line = padded(
  '{"type":"item.updated","item":{"id":"item_3","type":"todo_list","items":[{"text":"',
  '","completed":false}]}}',
  'so it goes ',
);

export const row = {
  work: '1 GiB of 200-byte transcript lines (`yes "$line" | head -c`), parsed live',
  bar: '≤ 2, ≤ 128 MiB, nothing cut',
  how:
    'a script in the place of codex prints `thread.started`, the lines (`item.updated`) and `turn.completed`; from the ' +
    'start of `run` to a task that is completed because of that last line, against the same script into a file. ' +
    'Memory is the highest RSS that the supervisor ever had',

  async measure(bed) {
    const whole = bed.amount(1024 ** 3, 128 * 1024 ** 2);
    const bytes = whole - (whole % 200);
    const store = new BenchStore(bed);
    const release = new ReleasePipe(join(store.folder, 'release'));
    const script = join(store.folder, 'talker');
    // As codex does: its version is asked for once.
    const version = '[ "$1" = --version ] && echo codex-cli 0.169.0 && exit';
    const text = [
      '#!/bin/sh',
      version,
      `echo '${first}'`,
      `yes '${line}' | head -c ${bytes}`,
      `echo '${last}'`,
      '',
    ];
    writeFileSync(script, text.join('\n'), { mode: 0o755 });
    store.configure({
      idle: shellAgent(`read line < ${release.path}`),
      talker: { type: 'codex', executable: script },
    });
    try {
      await store.run('idle');
      const supervisor = await store.untilSupervised();
      const rounds = [];
      for (let round = 0; round < bed.rounds; round += 1)
        rounds.push({
          floor: await plain(store, script),
          ours: await parsed(store, bytes + first.length + last.length + 2),
        });
      const ratio = medianRatio(rounds);
      const memory = memoryMiB(supervisor, 'VmHWM');
      return {
        ok: ratio <= 2 && memory <= 128,
        shown: `${fixed(ratio)}, ${fixed(memory, 0)} MiB`,
        detail: `${fixed(median(rounds.map(({ ours }) => ours)) / 1000)} s against ${fixed(median(rounds.map(({ floor }) => floor)) / 1000)} s`,
        rounds,
      };
    } finally {
      release.close();
      await store.remove();
    }
  },
};

function padded(before, after, words) {
  const length = 199 - before.length - after.length;
  return before + words.repeat(20).slice(0, length) + after;
}

async function plain(store, script) {
  const file = join(store.folder, 'plain.log');
  const ms = await timed('/bin/sh', ['-c', `${script} > ${file}`], { env: store.env });
  rmSync(file);
  return ms;
}

async function parsed(store, bytes) {
  const began = performance.now();
  const id = await store.run('talker');
  await until(() => store.isOver(id), 'the end of the talker', { everyMs: 5, timeoutMs: 120_000 });
  const ms = performance.now() - began;
  const log = join(store.taskFolder(id), 'outputs/attempt-000.stdout.log');
  const { status, reason, session, usage } = store.snapshot(id);
  const seen =
    reason === 'turn_succeeded' &&
    session.locator.value === JSON.parse(first).thread_id &&
    usage.output_tokens === 122;
  if (!seen || statSync(log).size !== bytes)
    throw new Error(`the task is ${status}, ${reason}; the log has ${statSync(log).size} of ${bytes} bytes`);
  rmSync(log);
  return ms;
}
