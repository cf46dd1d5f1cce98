#!/usr/bin/env node
/**
 * A cursor-agent made from its documentation. `[[cursor:WHAT]]` in the prompt says what it does in a turn; the chats are
 * folders below `~/.cursor/chats/`, by workspace, and every call is a line of `~/.cursor/calls.jsonl`. It is logged in
 * where CURSOR_API_KEY is set.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const home = join(process.env.HOME ?? '', '.cursor');
const [first = ''] = process.argv.slice(2);
mkdirSync(home, { recursive: true });
if (first === '--version') console.log('2026.01.28-fd13201');
else if (first === 'status') console.log(loggedIn() ? 'Logged in as user@example.com' : 'Not logged in');
else if (first === 'create-chat') {
  record({ created_in: process.cwd() });
  requireLogin();
  console.log(makeChat(process.cwd()));
} else await print(readArguments(process.argv.slice(2)));

async function print({ options, prompt }) {
  const stdin = readFileSync(0, 'utf8');
  record({ options, prompt, stdin });
  if (!options['-p'] || options['--output-format'] !== 'stream-json') fail('error: only -p is played');
  requireLogin();
  const workspace = options['--workspace'] ?? process.cwd();
  const chat = options['--resume'] ?? makeChat(workspace);
  const store = join(chatFolder(workspace, chat), 'store.json');
  if (!existsSync(store)) fail(`Error: Chat ${chat} not found`);
  const told = [...JSON.parse(readFileSync(store, 'utf8')), prompt];
  writeFileSync(store, JSON.stringify(told));
  await turn({ options, prompt, workspace, chat, told });
}

async function turn({ options, prompt, workspace, chat, told }) {
  const say = (event) => writeSync(1, `${JSON.stringify({ ...event, session_id: chat })}\n`);
  const message = (role, text) => ({ type: role, message: { role, content: [{ type: 'text', text }] } });
  const end = (text, more = {}) =>
    say({ type: 'result', subtype: 'success', is_error: false, duration_ms: 1, result: text, ...more });
  const tool = (name, args, result) => {
    const call_id = `call_${randomUUID()}\nfc_1`;
    const line = { type: 'tool_call', call_id, model_call_id: 'm-1', timestamp_ms: Date.now() };
    say({ ...line, subtype: 'started', tool_call: { [name]: { args } } });
    return (outcome) =>
      say({ ...line, subtype: 'completed', tool_call: { [name]: { args, result: outcome ?? result } } });
  };

  const [, what = 'answer', detail = ''] = /\[\[cursor:(\w+) ?(\w*)\]\]/.exec(prompt) ?? [];
  if (what === 'words') return plainWords(detail);
  say({
    type: 'system',
    subtype: 'init',
    apiKeySource: 'env',
    cwd: workspace,
    model: options['--model'] ?? 'Auto',
  });
  if (what === 'exit') process.exit(Number(detail));
  say(message('user', prompt));
  say({ type: 'thinking', subtype: 'delta', text: 'Let me ', timestamp_ms: 1 });
  say({ type: 'thinking', subtype: 'delta', text: 'see.', timestamp_ms: 2 });
  say({ type: 'thinking', subtype: 'completed', timestamp_ms: 2 });
  say({ ...message('assistant', 'I begin.'), model_call_id: 'm-1', timestamp_ms: 3 });
  const answer = `I was told ${told.length} thing(s).`;
  switch (what) {
    case 'edit': {
      const done = tool('writeToolCall', { path: 'fake.txt' });
      writeFileSync(join(workspace, 'fake.txt'), 'made\n');
      done({ success: { path: 'fake.txt', linesCreated: 1 } });
      break;
    }
    case 'ask': {
      const command = /^ {2}(.+ ask) "your question"$/m.exec(prompt)?.[1];
      const done = tool('shellToolCall', { command });
      const { stdout } = spawnSync('/bin/sh', ['-c', `${command} "Which colour?"`], { encoding: 'utf8' });
      done({ success: { exitCode: 0, stdout, stderr: '' } });
      say(message('assistant', `The answer was: ${stdout}`));
      return end(stdout);
    }
    case 'sleep':
      tool('shellToolCall', { command: 'sleep 3000' });
      spawn('/bin/sh', ['-c', 'sleep 3000; :'], { detached: true, stdio: 'ignore' });
      return sleep(3_000_000);
    case 'unfinished':
      say(message('assistant', answer));
      return void (process.exitCode = Number(detail));
    case 'refused':
      return end("You've hit your usage limit", { is_error: true });
  }
  say(message('assistant', answer));
  end(answer);
  if (what === 'linger') await sleep(3_000_000);
}

/** Failures that are told without a record, on stdout (`T: …`) or on stderr. */
function plainWords(which) {
  const onStdout = {
    quota: "T: You've hit your usage limit. Get Cursor Pro for more Agent usage.",
    model: 'T: Named models unavailable. Free plans can only use Auto.',
  };
  const onStderr = {
    auth: "Error: Authentication required. Please run 'agent login' first.",
    rate: 'Error: [resource_exhausted] Too many requests',
    network: 'Error: getaddrinfo ENOTFOUND api2.cursor.sh',
    overloaded: 'Error: Service Unavailable',
  };
  if (which in onStdout) writeSync(1, `${onStdout[which]}\n`);
  fail(onStderr[which] ?? '');
}

function readArguments(words) {
  const withValue = ['--output-format', '--workspace', '--model', '--mode', '--sandbox', '--resume'];
  const alone = ['-p', '--trust', '--approve-mcps', '--force'];
  const options = {};
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (withValue.includes(word)) options[word] = words[(at += 1)];
    else if (alone.includes(word)) options[word] = true;
    else if (word === '--') return { options, prompt: words.slice(at + 1).join(' ') };
    else if (word.startsWith('-')) fail(`error: unknown option '${word}'`);
    else return { options, prompt: words.slice(at).join(' ') };
  }
  return { options, prompt: '' };
}

function makeChat(workspace) {
  const id = randomUUID();
  mkdirSync(chatFolder(workspace, id), { recursive: true });
  writeFileSync(join(chatFolder(workspace, id), 'store.json'), '[]');
  return id;
}

function chatFolder(workspace, id) {
  return join(home, 'chats', createHash('md5').update(workspace).digest('hex'), id);
}

function loggedIn() {
  return Boolean(process.env.CURSOR_API_KEY);
}

function requireLogin() {
  if (!loggedIn())
    fail("Error: Authentication required. Please run 'agent login' first, or set CURSOR_API_KEY.");
}

function record(call) {
  appendFileSync(join(home, 'calls.jsonl'), `${JSON.stringify(call)}\n`);
}

function fail(words) {
  if (words !== '') writeSync(2, `${words}\n`);
  process.exit(1);
}
