import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  homeLayoutOf,
  latestGrant,
  PlantedLink,
  readGrant,
  removeGrant,
  writeGrant,
  type Grant,
} from '../../src/index.ts';
import { root, sampleId, temporaryFolder } from '../sample-task.ts';

function grant(more: Partial<Grant> = {}): Grant {
  return {
    version: 1,
    task_id: sampleId,
    attempt: 0,
    attempt_nonce: 'abc',
    runs: 'agent',
    automatic_used: 0,
    checks_used: 0,
    root,
    workspace: '/home/u/project',
    backend: 'codex',
    backend_type: 'codex',
    executable: '/usr/bin/codex',
    backend_args: [],
    model: null,
    execution_mode: 'auto',
    task_mode: 'direct',
    settings: {
      on_interrupt: 'resume',
      timeout_seconds: null,
      stall_timeout_seconds: null,
      leftovers: 'keep',
      verify: null,
      verify_timeout_seconds: null,
    },
    effort: null,
    add_dirs: [],
    commit_paths: [],
    attachments: [],
    agent_version: null,
    append_system_prompt: null,
    agent_args: [],
    begins_from: null,
    environment: { PATH: '/usr/bin' },
    request_sha256: 'r',
    prompt_sha256: 'p',
    ...more,
  };
}

function home(): ReturnType<typeof homeLayoutOf> {
  return homeLayoutOf(join(temporaryFolder(), 'home'));
}

function put(layout: ReturnType<typeof home>, nonce: string, content: unknown): void {
  mkdirSync(layout.grants, { recursive: true });
  writeFileSync(
    join(layout.grants, `${sampleId}.${nonce}.json`),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
}

describe('a grant', () => {
  test('is read as it was written, by the user alone, and is gone once removed', () => {
    const layout = home();
    expect(readGrant(layout, sampleId, 'abc')).toEqual({ kind: 'missing' });
    writeGrant(layout, grant());
    expect(readGrant(layout, sampleId, 'abc')).toEqual({ kind: 'grant', grant: grant() });
    expect(statSync(join(layout.grants, `${sampleId}.abc.json`)).mode & 0o777).toBe(0o600);
    expect(statSync(layout.grants).mode & 0o777).toBe(0o700);
    removeGrant(layout, sampleId, 'abc');
    expect(readdirSync(layout.grants)).toEqual([]);
  });

  test('is never written over', () => {
    const layout = home();
    writeGrant(layout, grant());
    expect(() => writeGrant(layout, grant({ execution_mode: 'danger' }))).toThrow(
      expect.objectContaining({ code: 'home_unwritable' }),
    );
    expect(readGrant(layout, sampleId, 'abc')).toMatchObject({ grant: { execution_mode: 'auto' } });
  });

  const { settings, root: ownRoot } = grant();
  const unreadable: Record<string, unknown> = {
    'with an unknown field': { ...grant(), sandbox: 'strict' },
    'with an unknown field in its settings': { ...grant(), settings: { ...settings, network: false } },
    'with an unknown field in its root': { ...grant(), root: { ...ownRoot, host: 'h' } },
    'of a later version': { ...grant(), version: 2 },
    'without a field': { ...grant(), execution_mode: undefined },
    'with a mode that we do not know': { ...grant(), execution_mode: 'yolo' },
    'with a value of another type': { ...grant(), environment: { PATH: 5 } },
    'of another task': grant({ task_id: '000000000zzzzz' }),
    'of another attempt': grant({ attempt_nonce: 'other' }),
    'that is torn': JSON.stringify(grant()).slice(0, 100),
    'that is empty': '',
    'that is null': 'null',
  };
  for (const [name, content] of Object.entries(unreadable))
    test(`${name} is unreadable, and no older one is taken in its place`, () => {
      const layout = home();
      writeGrant(layout, grant({ attempt_nonce: 'older', execution_mode: 'danger' }));
      expect(latestGrant(layout, sampleId)?.attempt_nonce).toBe('older');
      put(layout, 'abc', content);
      expect(readGrant(layout, sampleId, 'abc')).toEqual({ kind: 'unreadable' });
      expect(latestGrant(layout, sampleId)).toBeNull();
    });

  test('is the latest by attempt, of its task only', () => {
    const layout = home();
    expect(latestGrant(layout, sampleId)).toBeNull();
    for (const attempt of [0, 10, 9]) writeGrant(layout, grant({ attempt, attempt_nonce: `n${attempt}` }));
    writeGrant(layout, grant({ attempt: 99, task_id: '000000000zzzzz', attempt_nonce: 'z' }));
    expect(latestGrant(layout, sampleId)?.attempt).toBe(10);
  });

  test('is not looked for, and nothing removed, outside its folder', () => {
    const layout = home();
    writeGrant(layout, grant());
    writeFileSync(join(layout.home, 'config.json'), '{}');
    mkdirSync(join(layout.grants, `${sampleId}.`));
    for (const nonce of ['/../../../config', '../config', '', '..', 'a/b', 'ABC']) {
      expect(readGrant(layout, sampleId, nonce)).toEqual({ kind: 'missing' });
      removeGrant(layout, sampleId, nonce);
    }
    removeGrant(layout, '../..', 'config');
    expect(readdirSync(layout.home).sort()).toEqual(['config.json', 'runtime']);
  });

  test('is never read through a link', () => {
    const layout = home();
    put(layout, 'other', grant());
    symlinkSync(`${sampleId}.other.json`, join(layout.grants, `${sampleId}.abc.json`));
    expect(() => readGrant(layout, sampleId, 'abc')).toThrow(PlantedLink);
  });

  test('cannot be kept where the home is no folder', () => {
    const layout = home();
    writeFileSync(layout.home, '');
    expect(() => writeGrant(layout, grant())).toThrow(expect.objectContaining({ code: 'home_unwritable' }));
  });
});
