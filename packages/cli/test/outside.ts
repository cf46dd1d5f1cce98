import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { contextOf, type Context, type Outside, type Terminal } from '../src/context.ts';
import { Output, type Page } from '../src/output/output.ts';
import { styleOf } from '../src/print/style.ts';

/** Stands in for the process; collects what is written. */
export interface FakeOutside extends Outside {
  stdout: string;
  stderr: string;
  closed: boolean;
}

export const now = Date.parse('2026-11-21T12:00:00.000Z');

const noTerminal: Terminal = {
  interactive: false,
  width: Number.POSITIVE_INFINITY,
  height: Number.POSITIVE_INFINITY,
  color: false,
  moves: false,
  links: false,
};

export function fakeOutside(
  options: {
    cwd?: string;
    environment?: Record<string, string>;
    terminal?: Partial<Terminal>;
    stdin?: string | Buffer;
  } = {},
): FakeOutside {
  const outside: FakeOutside = {
    stdout: '',
    stderr: '',
    closed: false,
    environment: options.environment ?? {},
    program: { node: process.execPath, program: '/nowhere/bin.cjs' },
    cwd: () => options.cwd ?? '/nowhere',
    now: () => now,
    write(fd, bytes) {
      if (fd === 1 && outside.closed) return false;
      outside[fd === 1 ? 'stdout' : 'stderr'] += Buffer.from(bytes as Uint8Array).toString();
      return true;
    },
    terminal: () => ({ ...noTerminal, ...options.terminal }),
    atTerminal: () => false,
    readStdin: async (maxBytes) => Buffer.from(options.stdin ?? '').subarray(0, maxBytes + 1),
    onInterrupt: () => () => undefined,
    onResize: () => () => undefined,
    onLeave: () => () => undefined,
    muteKeys: () => () => undefined,
    readAnswer: async () => ({ kind: 'ended' }),
  };
  return outside;
}

export function contextWith(options: Parameters<typeof fakeOutside>[0] = {}): Context {
  const outside = fakeOutside(options);
  return contextOf({
    outside,
    output: new Output(outside, false),
    root: null,
    json: false,
  });
}

export function page(width = Number.POSITIVE_INFINITY): Page {
  return { width, style: styleOf(false), now, interactive: false, link: (text) => text };
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-cli-')));
  folders.push(folder);
  return folder;
}
