import { closeSync, fstatSync, openSync, readSync, watch } from 'node:fs';
import { join } from 'node:path';
import { followEvents, openDispatcher, readEvents, surroundingsOf } from '@dispatch/runtime';
import { say, serve, storeAt, told } from './ground.mjs';

/** Follows tasks by the library, or by a watch and nothing else; tells how long each event took to be there. */
let delays = [];
const take = ({ message }) => {
  if (!message.startsWith('at:')) return;
  delays.push(Number(process.hrtime.bigint() - BigInt(message.slice(3))) / 1e6);
};
for (const id of told.ids) {
  if (told.kind === 'library') void followByLibrary(id);
  else followRaw(id);
}
// Until each follower has read what was there and waits.
setTimeout(() => say({ ready: true }), 300);
serve(() => {
  const seen = delays;
  delays = [];
  return seen;
});

async function followByLibrary(id) {
  const program = { node: process.execPath, program: process.argv[1] };
  const environment = { DISPATCH_HOME: told.home };
  const dispatcher = openDispatcher(surroundingsOf({ cwd: '/', environment, root: told.root, program }));
  const { signal } = new AbortController();
  const { position: after } = readEvents(dispatcher, id, { after: null });
  for await (const event of followEvents(dispatcher, id, { after, signal })) take(event);
}

function followRaw(id) {
  const folder = storeAt(told.root).taskDir(id);
  const file = openSync(join(folder, 'events.jsonl'), 'r');
  let offset = fstatSync(file).size;
  const watcher = watch(folder, (_event, name) => {
    if (name !== 'events.jsonl') return;
    const bytes = Buffer.alloc(fstatSync(file).size - offset);
    if (bytes.length === 0) return;
    offset += readSync(file, bytes, 0, bytes.length, offset);
    for (const line of bytes.toString('utf8').split('\n')) if (line !== '') take(JSON.parse(line));
  });
  watcher.on('close', () => closeSync(file));
}
