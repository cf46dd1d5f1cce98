#!/usr/bin/env node
/**
 * An agent that does what none should. It speaks as codex (`exec`), as claude (`-p`) or in plain words (anything else),
 * and does what `[[misbehave:WHAT]]` in its prompt says. What it wrote to stdout is kept in `$HOME/wrote.json` as length
 * and hash, for whoever holds the log against it.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const home = process.env.HOME ?? '';
const [first = ''] = process.argv.slice(2);
if (first === '--version') process.exit(0);

const codex = {
  session: { type: 'thread.started', thread_id: '0199d0c2-0000-7000-8000-000000000001' },
  message: { type: 'item.completed', item: { id: 'i', type: 'agent_message', text: 'Hello.' } },
  success: { type: 'turn.completed', usage: { input_tokens: 1, output_tokens: 1 } },
  failure: { type: 'turn.failed', error: { message: 'You have hit your usage limit' } },
};
const claude = {
  session: { type: 'system', subtype: 'init', session_id: '45e26213-6260-4d21-ac1f-0352eab6cbf2' },
  message: { type: 'assistant', message: { model: 'm', content: [{ type: 'text', text: 'Hello.' }] } },
  success: { type: 'result', subtype: 'success', is_error: false, result: 'Hello.' },
  failure: { type: 'result', subtype: 'success', is_error: true, result: "You've hit your usage limit" },
};
const spoken = first === 'exec' ? codex : first === '-p' ? claude : null;
const line = (name) => (spoken === null ? name : JSON.stringify(spoken[name]));
/** Noise that holds newlines, zero bytes, braces and no UTF-8. */
const noise = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919 + (at >> 3)) % 256));
const megabyte = Buffer.alloc(1024 * 1024, 'x');

const hash = createHash('sha256');
let bytes = 0;
function write(...parts) {
  for (const part of parts) {
    const chunk = Buffer.from(part);
    for (let at = 0; at < chunk.length;) at += writeSync(1, chunk, at);
    hash.update(chunk);
    bytes += chunk.length;
  }
  const wrote = { bytes, sha256: hash.copy().digest('hex') };
  writeFileSync(join(home, 'wrote.json'), JSON.stringify(wrote));
}
const say = (...names) => write(...names.map((name) => `${line(name)}\n`));
const untilOpened = async (gate) => {
  while (!existsSync(join(home, gate))) await sleep(20);
};

const [, what] = /\[\[misbehave:(\w+)\]\]/.exec(readFileSync(0, 'utf8')) ?? [];
switch (what) {
  case 'no_newline':
    say('session', 'message');
    write(line('success'));
    break;
  case 'noise':
    write(noise, '\n');
    say('session');
    write(noise, '\n{"type":"result"\n{}\n[]\nnull\n');
    say('message');
    write(noise.subarray(0, 100), '\n');
    say('success');
    write(noise);
    break;
  case 'nothing_but_noise':
    write(noise);
    break;
  case 'huge_line':
    write('{"type":"item.completed","text":"');
    for (let at = 0; at < 100; at += 1) write(megabyte);
    write('"}\n');
    say('session', 'message');
    await untilOpened('gate');
    say('success');
    break;
  case 'huge_unended':
    say('session', 'message', 'success');
    for (let at = 0; at < 100; at += 1) write(megabyte);
    break;
  case 'error_then_0':
    say('session', 'message', 'failure');
    break;
  case 'silent_0':
    say('session', 'message');
    break;
  case 'never_ends':
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
    say('session', 'message');
    await sleep(3_000_000);
    break;
  case 'success_then_failure':
    say('session', 'message', 'success', 'failure');
    break;
  case 'failure_then_success':
    say('session', 'message', 'failure', 'success');
    break;
  case 'success_and_9':
    say('session', 'message', 'success');
    process.exitCode = 9;
    break;
  case 'child_holds_log':
  case 'stranger_holds_log': {
    say('session', 'message', 'success');
    const env = what === 'child_holds_log' ? process.env : { HOME: home };
    const stdio = ['ignore', 'inherit', 'inherit'];
    spawn('/bin/sleep', ['3021'], { detached: true, stdio, env }).unref();
    spawn('/bin/sleep', ['3022'], { stdio, env }).unref();
    break;
  }
  case 'killed_after_success':
    say('session', 'message', 'success');
    process.kill(process.pid, 'SIGKILL');
    break;
  case 'killed':
    say('session', 'message');
    process.kill(process.pid, 'SIGKILL');
    break;
}
