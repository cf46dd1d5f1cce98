import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, vi } from 'vitest';
// What pi loads: the generated file.
import dispatchHost from '../index.ts';
import type { Pi, PiCompletion, PiContext, PiEntry } from '../src/pi.ts';

/** A dispatch that answers what the test says, and notes what it was asked. */
const program = `
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const argv = process.argv.slice(2);
const input = readFileSync(0, 'utf8');
appendFileSync(join(__dirname, 'asked.jsonl'), JSON.stringify({ argv, input }) + '\\n');
while (existsSync(join(__dirname, argv[1] + '.held'))) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
const answers = JSON.parse(readFileSync(join(__dirname, 'answers.json'), 'utf8'));
const answer = answers[argv[1]];
if (answer === undefined) process.exit(7);
process.stdout.write(JSON.stringify(answer.ok === false ? answer : { ok: true, data: answer }));
process.exitCode = answer.ok === false ? 3 : 0;
`;

type Command = Parameters<Pi['registerCommand']>[1];
type Handler = (event: unknown, ctx: PiContext) => Promise<void> | void;

/** One session of a pi that is played, with the extension loaded, and a dispatch that is played. */
export interface PlayedPi {
  cwd: string;
  /** By command, from now on: data, or a whole document that failed. */
  answers: Record<string, unknown>;
  keepAnswers(): void;
  /** Makes a command wait with its answer; what is returned lets it go on. */
  hold(command: string): () => void;
  asked(): { argv: string[]; input: string }[];
  type(line: string): Promise<void>;
  complete(line: string): Promise<PiCompletion[] | null>;
  emit(event: string): Promise<void>;
  branch: PiEntry[];
  messages: { message: Parameters<Pi['sendMessage']>[0]; options: Parameters<Pi['sendMessage']>[1] }[];
  notes: { text: string; type: string | undefined }[];
  status: string | undefined;
  widget: string[] | undefined;
  isIdle: boolean;
}

const started: PlayedPi[] = [];
afterEach(async () => {
  for (const pi of started.splice(0)) {
    await pi.emit('session_shutdown');
    rmSync(pi.cwd, { recursive: true, force: true });
  }
  vi.unstubAllEnvs();
});

export function playPi({ hasUI = true }: { hasUI?: boolean } = {}): PlayedPi {
  const cwd = mkdtempSync(join(tmpdir(), 'dispatch-pi-'));
  mkdirSync(join(cwd, 'bin'));
  const [bin, asked] = [join(cwd, 'bin/dispatch.cjs'), join(cwd, 'bin/asked.jsonl')];
  writeFileSync(bin, program);
  vi.stubEnv('DISPATCH_BIN', bin);
  const commands = new Map<string, Command>();
  const handlers = new Map<string, Handler>();
  const pi: PlayedPi = {
    cwd,
    answers: {},
    keepAnswers: () => writeFileSync(join(cwd, 'bin/answers.json'), JSON.stringify(pi.answers)),
    hold: (command) => {
      const held = join(cwd, `bin/${command}.held`);
      writeFileSync(held, '');
      return () => rmSync(held);
    },
    asked: () =>
      existsSync(asked)
        ? readFileSync(asked, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as { argv: string[]; input: string })
        : [],
    type: (line) => {
      const [, name = '', behind = ''] = /^\/(\S+) ?([^]*)$/.exec(line) ?? [];
      return commands.get(name)!.handler(behind, ctx);
    },
    complete: (line) => {
      const [, name = '', behind = ''] = /^\/(\S+) ([^]*)$/.exec(line) ?? [];
      return commands.get(name)!.getArgumentCompletions(behind);
    },
    emit: async (event) => handlers.get(event)!({}, ctx),
    branch: [],
    messages: [],
    notes: [],
    status: undefined,
    widget: undefined,
    isIdle: true,
  };
  const ctx: PiContext = {
    hasUI,
    cwd,
    isIdle: () => pi.isIdle,
    sessionManager: { getBranch: () => pi.branch },
    ui: {
      notify: (text, type) => void pi.notes.push({ text, type }),
      setStatus: (_key, text) => void (pi.status = text),
      setWidget: (_key, lines) => void (pi.widget = lines),
      theme: { fg: (_colour, text) => text, bold: (text) => text },
    },
  };
  dispatchHost({
    on: (event, handler) => void handlers.set(event, handler),
    registerCommand: (name, command) => void commands.set(name, command),
    sendMessage: (message, options) => void pi.messages.push({ message, options }),
    appendEntry: (customType, data) => void pi.branch.push({ type: 'custom', customType, data }),
  });
  started.push(pi);
  return pi;
}
