import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTranscript, readTranscript, type PlacedEvent } from '../../src/index.ts';
import { says } from '../setup/codex-lines.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';
import { until } from '../setup/until.ts';

let store: StoreInAFolder;

beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

test('left in the middle, even of a line, it goes on there, and tells meanwhile what is open and what was used', async () => {
  const begun = join(store.workspace, 'begun');
  const go = join(store.workspace, 'go');
  store.agent(
    'cx',
    `[ "$*" = --version ] && exit 0
cat > /dev/null
${says('session', 'turn', 'message', 'toolStarted')}
printf '{"type":"item.comp'; : > ${begun}
while [ ! -e ${go} ]; do sleep 0.05; done
printf 'leted","item":{"id":"item_1","type":"command_execution","command":"sleep","aggregated_output":"out","exit_code":0,"status":"completed"}}\\n'
${says('completed')}`,
    { type: 'codex' },
  );
  const { task_id: id } = await store.run('', { backend: 'cx' });
  await until('the agent to have begun', () => existsSync(begun));
  const reading = openTranscript(store.dispatcher(), id, { attempt: null });
  const seen: PlacedEvent[] = [];

  const before = Date.now();
  for await (const event of reading.follow(AbortSignal.abort())) seen.push(event);
  expect(seen.at(-1)).toMatchObject({ type: 'tool_call' });
  expect(reading.ended).toBe(false);
  const { open_tools: open, usage } = reading.progress;
  expect(usage).toBe(null);
  expect(open).toMatchObject([{ name: expect.stringMatching(/\w/) as string }]);
  expect(open[0]!.since_ms).toBeLessThanOrEqual(before);

  writeFileSync(go, '');
  void store.superviseHere();
  await store.becomes(id, 'completed');
  for await (const event of reading.follow(new AbortController().signal)) seen.push(event);
  expect(reading.ended).toBe(true);
  expect(reading.progress).toEqual({
    usage: { input_tokens: 10, cached_input_tokens: 4, output_tokens: 2, cost_usd: null },
    open_tools: [],
  });
  expect(seen).toEqual([...readTranscript(store.dispatcher(), id, { attempt: null })]);
});
