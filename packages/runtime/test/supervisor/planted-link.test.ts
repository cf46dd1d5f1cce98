import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listTasks } from '../../src/index.ts';
import { says } from '../setup/codex-lines.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';

let store: StoreInAFolder;
let outside: string;

beforeEach(() => {
  store = new StoreInAFolder();
  outside = join(store.folder, 'outside');
  mkdirSync(outside);
});
afterEach(() => store.remove());

describe('a link that the worker put in place of', () => {
  it('its plan is not followed: the plan is not complete', async () => {
    writeFileSync(join(outside, 'plan.md'), '- [x] one\n');
    store.agent(
      'agent',
      `cd "$DISPATCH_TASK_DIR"; rm plan.md; ln -s ${outside}/plan.md plan.md; : >mailbox/.done`,
    );
    const { task_id: id } = await store.run('', { task_mode: 'plan', plan: '- [ ] one\n' });
    expect(await store.carriesOut(id)).toMatchObject({
      reason: 'plan_incomplete',
      damage: [{ what: 'planted_link' }],
    });
    expect(listTasks(store.dispatcher(), { limit: 1 })[0]!.damage).toMatch(/planted_link.*plan\.md/);
  });

  it('its log is not followed: that is no success', async () => {
    writeFileSync(
      join(outside, 'log'),
      says('session', 'turn', 'message', 'completed').replaceAll(/^echo '|'$/gm, ''),
    );
    store.agent('cx', `cd "$DISPATCH_TASK_DIR/outputs"; ln -sf ${outside}/log attempt-000.stdout.log`, {
      type: 'codex',
    });
    const { task_id: id } = await store.run('', { backend: 'cx' });
    expect(await store.carriesOut(id)).toMatchObject({
      status: 'failed',
      reason: 'agent_error',
      damage: [{ what: 'planted_link' }],
    });
  });

  it('its stderr is not followed', async () => {
    store.agent('cx', `cd "$DISPATCH_TASK_DIR/outputs"; ln -sf /etc/hostname attempt-000.stderr.log`, {
      type: 'codex',
    });
    const { task_id: id } = await store.run('', { backend: 'cx' });
    expect(await store.carriesOut(id)).toMatchObject({
      status: 'failed',
      damage: [{ what: 'planted_link' }],
    });
  });

  it('its exit record and its completion marker count for nothing', async () => {
    writeFileSync(join(outside, 'exit'), '{}');
    store.agent(
      'agent',
      `cd "$DISPATCH_TASK_DIR"; ln -s ${outside}/exit outputs/attempt-000.exit.json; ln -s ${outside}/exit mailbox/.done`,
    );
    const { task_id: id } = await store.run('');
    expect(await store.carriesOut(id)).toMatchObject({ status: 'awaiting_user', reason: 'interrupted' });
    expect(readFileSync(join(outside, 'exit'), 'utf8')).toBe('{}');
  });
});
