import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlantedLink, systemClock } from '@dispatch/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask } from '../../src/tasks/ask.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-place-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const asking = (taskDir: string | undefined): Promise<unknown> => {
  const environment = { DISPATCH_TASK_DIR: taskDir };
  return ask({ environment, question: 'Which?', clock: systemClock, timeoutMs: 0 }, () => undefined);
};

test.each(['tasks', 'tasks/abc', 'tasks/abc/mailbox'])(
  'ask follows no link in place of %s',
  async (linked) => {
    mkdirSync(join(folder, 'elsewhere/abc/mailbox'), { recursive: true });
    mkdirSync(join(folder, 'elsewhere/mailbox'));
    mkdirSync(join(folder, 'tasks/abc/mailbox'), { recursive: true });
    rmSync(join(folder, linked), { recursive: true });
    symlinkSync(join(folder, 'elsewhere'), join(folder, linked));
    const before = readdirSync(folder, { recursive: true });
    await expect(asking(join(folder, 'tasks/abc'))).rejects.toThrow(PlantedLink);
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  },
);

test('a folder that is gone is told from one that was never named', async () => {
  const code = (name: string) => expect.objectContaining({ code: name }) as Error;
  await expect(asking(join(folder, 'gone/abc'))).rejects.toThrow(code('task_folder_missing'));
  for (const none of [undefined, '']) await expect(asking(none)).rejects.toThrow(code('not_a_worker'));
});
