import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveDispatch } from '../src/resolve.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dispatch-resolve-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const built = 'packages/cli/dist/bin.cjs';

function put(path: string, mode = 0o644): string {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, '');
  chmodSync(target, mode);
  return target;
}

function resolved(env: Record<string, string>, file = 'elsewhere/extensions/dispatch/index.ts') {
  return resolveDispatch({ env, cwd: folder, file: join(folder, file), node: '/usr/bin/node' });
}

test('DISPATCH_BIN goes before all', () => {
  const bin = put('own/dispatch', 0o755);
  put(`checkout/${built}`);
  const env = {
    DISPATCH_BIN: 'own/dispatch',
    DISPATCH_WORKSPACE: join(folder, 'checkout'),
    PATH: dirname(bin),
  };
  expect(resolved(env)).toEqual({ command: bin, before: [], path: bin, why: 'DISPATCH_BIN' });
});

test('a program of JavaScript is run with node', () => {
  const bin = put('own/bin.cjs');
  expect(resolved({ DISPATCH_BIN: bin })).toMatchObject({
    command: '/usr/bin/node',
    before: [bin],
    path: bin,
  });
});

test('DISPATCH_WORKSPACE goes before the checkout of the file, that before PATH', () => {
  const other = put(`other/${built}`);
  const own = put(`checkout/${built}`);
  const onPath = put('bin/dispatch', 0o755);
  const file = 'checkout/integrations/pi-dispatch-host/index.ts';
  const env = { PATH: `${join(folder, 'nowhere')}:${dirname(onPath)}` };
  expect(resolved({ ...env, DISPATCH_WORKSPACE: 'other' }, file)).toMatchObject({
    path: other,
    why: 'DISPATCH_WORKSPACE',
  });
  expect(resolved(env, file)).toMatchObject({
    path: own,
    why: 'the checkout that this extension was loaded from',
  });
  expect(resolved(env)).toEqual({ command: onPath, before: [], path: onPath, why: 'PATH' });
});

test('what is named and is not there is an error, whatever else is', () => {
  const onPath = put('bin/dispatch', 0o755);
  const PATH = dirname(onPath);
  expect(() => resolved({ PATH, DISPATCH_BIN: 'no/such' })).toThrow(
    'DISPATCH_BIN is no/such, and there is no such file',
  );
  expect(() => resolved({ PATH, DISPATCH_BIN: '.' })).toThrow('no such file');
  expect(() => resolved({ PATH, DISPATCH_WORKSPACE: 'no/such' })).toThrow(`there is no ${built} in it`);
});

test('without any it says how to get it; what cannot be run is none', () => {
  const PATH = dirname(put('bin/dispatch', 0o644));
  expect(() => resolved({ PATH })).toThrow(
    expect.objectContaining({
      message: 'dispatch is not installed: there is none on PATH',
      hint: expect.stringContaining('npm link -w packages/cli') as string,
    }),
  );
});
