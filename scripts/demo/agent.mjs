/**
 * A scripted agent for the demo: no model, no key. It reads its prompt from stdin as any agent does, and follows the
 * worker's rules that stand there: it asks by the command that the prompt names, works in its workspace, writes its
 * result and its completion marker.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const prompt = readFileSync(0, 'utf8');
const taskDir = process.env.DISPATCH_TASK_DIR;
const [, node, program] = /"([^"\n]+)" "([^"\n]+)" ask/.exec(prompt) ?? [];
if (taskDir === undefined || node === undefined) throw new Error('This agent is started by dispatch.');

say('I read the request and look at the repository.');
await sleep(500);
say('The greeting has to be in some language. I ask.');
const language = ask('In which language shall the greeting be: English or German?');
say(`The answer is ${language}. I work for a while.`);

const greeting = /german|deutsch/i.test(language) ? 'Guten Tag' : 'Good morning';
for (let step = 1; step <= 6; step += 1) {
  await sleep(700);
  appendFileSync('greetings.txt', `${step}. ${greeting}\n`);
  say(`wrote line ${step} of 6`);
}

place(join(taskDir, 'output.md'), `Six times "${greeting}" stand in greetings.txt.\n`);
place(join(taskDir, 'mailbox', '.done'), 'done\n');
say('Done.');

function say(text) {
  console.log(text);
}

function ask(question) {
  return execFileSync(node, [program, 'ask', question], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
}

/** Whole or not at all. */
function place(path, text) {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  linkSync(temporary, path);
  unlinkSync(temporary);
}
