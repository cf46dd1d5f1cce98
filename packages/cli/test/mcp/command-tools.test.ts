import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandTools } from '../../src/mcp/command-tools.ts';
import { fakeOutside, temporaryFolder } from '../outside.ts';

test('an option that is null is as if it were not given, and its bound holds', async () => {
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  mkdirSync(home);
  const backends = { agent: { type: 'generic', executable: '/bin/true' } };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify({ backends }));
  const environment = { HOME: folder, DISPATCH_HOME: home, PATH: '/usr/bin:/bin' };
  const tools = commandTools({ outside: fakeOutside({ cwd: folder, environment }), root: null });
  const call = async (name: string, input: object): Promise<Record<string, unknown>> => {
    const tool = tools.find((one) => one.name === name)!;
    const about = { signal: new AbortController().signal, client: '', progress: null };
    const { isError, content, structuredContent } = await tool.call({ ...input }, about);
    if (isError) return JSON.parse((content[0] as { text: string }).text) as Record<string, unknown>;
    return structuredContent as Record<string, unknown>;
  };
  for (let at = 0; at < 21; at += 1)
    await call('run', { prompt: `Task ${at}.`, mode: 'discuss', no_agent: true, backend: 'agent' });
  expect(await call('list', { limit: 21 })).toMatchObject({ tasks: { length: 21 } });
  expect(await call('list', { limit: null, status: null })).toMatchObject({ tasks: { length: 20 } });
  expect(await call('list', { colour: null })).toMatchObject({ code: 'unknown_option' });
  expect(await call('ack', {})).toMatchObject({
    code: 'missing_argument',
    hint: expect.stringContaining('dispatch ack [ID…]') as string,
  });
  expect(await call('ack', { all: true })).toMatchObject({ tasks: { length: 21 } });
});
