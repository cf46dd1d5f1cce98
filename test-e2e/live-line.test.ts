// The line below a transcript that is followed at a terminal.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Stage } from './harness/index.ts';
import { cleanUpAfterEach, dataOf, dispatch, stageScriptedAgent, until } from './harness/index.ts';
import { askingAgent } from './fakes/asking-agent.ts';
import { openTerminal, type Terminal } from './harness/terminal.ts';

cleanUpAfterEach();

let stage: Stage;
beforeEach(async () => {
  stage = await stageScriptedAgent(askingAgent);
});

const at = (args: string[], env: Record<string, string> = {}, size = {}): Terminal =>
  openTerminal(args, { cwd: stage.cwd, env: { ...stage.home.env, ...env }, ...size });

const foreground = (prompt: string, ...args: string[]): Terminal =>
  at(['run', '--foreground', '--prompt', prompt, ...args]);

const newest = async () => dataOf<{ id: string; status: string }>(await stage.type(['status', '@last']));
const letGo = (): void => writeFileSync(join(stage.cwd, 'go'), '');

describe('the line below the transcript', () => {
  // eslint-disable-next-line no-control-regex -- drawn with
  const drawn = /\x1b\[|●/;

  test('tells how it stands while it does, and leaves the transcript as it is without one', async () => {
    const terminal = foreground('@hold', '--title', 'Held');
    await until(() => /^● running 0:0[1-9]/.test(terminal.lines().at(-1) ?? ''), { what: 'the clock runs' });
    expect(terminal.lines().at(-2)).toBe('It begins.');
    expect(terminal.cursorVisible()).toBe(false);
    letGo();
    expect(await terminal.ended).toBe(0);
    expect(terminal.cursorVisible()).toBe(true);
    const lines = terminal.lines();
    expect(lines.join('\n')).not.toContain('●');
    const { id } = await newest();
    const logs = await dispatch(['logs', id], { cwd: stage.cwd, env: stage.home.env });
    expect(logs.stdout).toBe('It begins.\nIt ends.\n');
    expect(lines.slice(lines.indexOf('It begins.'), lines.indexOf('It begins.') + 3)).toEqual([
      'It begins.',
      'It ends.',
      '',
    ]);
  });

  test('a terminal that takes nothing for a while loses nothing', async () => {
    const terminal = foreground('@much');
    await until(() => terminal.lines().at(-1)?.startsWith('● running'), { what: 'it is there' });
    const goOn = terminal.stall();
    letGo();
    await until(async () => (await newest()).status === 'completed', { what: 'the task is over' });
    goOn();
    expect(await terminal.ended).toBe(0);
    const numbers = terminal.lines().filter((line) => /^\d+$/.test(line));
    expect(numbers).toEqual(Array.from({ length: 40_000 }, (_, at) => `${at + 1}`));
  });

  test('no line where nothing can be drawn, or an agent looks on', async () => {
    letGo();
    for (const env of [{ TERM: 'dumb' }, { CI: '1' }, { CODEX_THREAD_ID: 'x' }]) {
      const terminal = at(['run', '--foreground', '--prompt', '@hold'], { ...env, NO_COLOR: '1' });
      expect(await terminal.ended).toBe(0);
      expect(terminal.printed()).not.toMatch(drawn);
    }
  });

  test('it fits another size, and is gone at Ctrl-C', async () => {
    const terminal = at(['run', '--foreground', '--prompt', '@hold'], {}, { columns: 100, rows: 30 });
    await until(() => terminal.lines().at(-1)?.startsWith('● running'), { what: 'it is there' });
    terminal.resize(8, 30);
    await until(() => /^● runn…$|^● ru…|^● r…/.test(terminal.lines().at(-1) ?? ''), { what: 'it is short' });
    terminal.type('\x03');
    expect(await terminal.ended).toBe(130);
    expect(terminal.lines().join('\n')).not.toContain('●');
    expect(terminal.cursorVisible()).toBe(true);
    letGo();
  });
});
