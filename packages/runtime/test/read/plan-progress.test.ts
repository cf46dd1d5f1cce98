import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { planProgress } from '../../src/read/plan-progress.ts';
import { inspectTask } from '../../src/index.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';

let folder: string;
let plan: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-plan-'));
  plan = join(folder, 'plan.md');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('counts items, those in code not', () => {
  writeFileSync(plan, '- [x] one\n  - [X] two\n- [>] three\n```\n- [x] code\n```\n');
  expect(planProgress(plan)).toEqual({ done: 2, total: 3 });
  writeFileSync(plan, '# Nothing to tick\n');
  expect(planProgress(plan)).toBe(null);
  expect(planProgress(join(folder, 'none.md'))).toBe(null);
});

it('waits for no pipe, follows no link, reads no folder', () => {
  execFileSync('mkfifo', [plan]);
  expect(planProgress(plan)).toBe(null);
  const link = join(folder, 'link.md');
  writeFileSync(join(folder, 'other.md'), '- [x] one\n');
  symlinkSync('other.md', link);
  expect(planProgress(link)).toBe(null);
  mkdirSync(join(folder, 'folder.md'));
  expect(planProgress(join(folder, 'folder.md'))).toBe(null);
});

it('reads up to 1 MiB', () => {
  const item = '- [x] one\n';
  const most = 1024 * 1024;
  writeFileSync(plan, item.padEnd(most));
  expect(planProgress(plan)).toEqual({ done: 1, total: 1 });
  writeFileSync(plan, item.padEnd(most + 1));
  expect(planProgress(plan)).toBe(null);
});

it('is part of what inspect shows', async () => {
  const store = new StoreInAFolder();
  try {
    const { task_id: id } = await store.run('exit 0');
    const { artifacts } = await store.carriesOut(id);
    const look = () => inspectTask(store.dispatcher(), id, { eventLimit: 0 }).plan;
    expect(look()).toBe(null);
    writeFileSync(artifacts.plan_file, '- [x] one\n- [ ] two\n');
    expect(look()).toEqual({ done: 1, total: 2 });
  } finally {
    store.remove();
  }
});
