// What `dispatch mcp` answers where a worker has written three megabytes.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanUpAfterEach, installAgents, marked, shell, startModelServer, text } from './harness/index.ts';
import type { ModelServer } from './harness/index.ts';
import { withMcp } from './harness/mcp-client.ts';
import { setStage } from './harness/stage.ts';

let model: ModelServer;
beforeAll(async () => {
  await installAgents();
  model = await startModelServer();
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

test('what a worker has written at any length fits the context of a model, and is said to be cut', async () => {
  const stage = await setStage(model, 'codex');
  const long = 3_000_000;
  model.script('long-winded', [
    shell('head -c 3000000 /dev/zero | tr "\\\\0" y > "$DISPATCH_TASK_DIR/output.md"; seq 20000'),
    text(`It is ${'x'.repeat(long)}`),
  ]);
  const id = await stage.run('--prompt', marked('long-winded', 'one'));
  await stage.get(['wait', id]);
  await withMcp({ cwd: stage.repo, env: stage.home.env }, async ({ client }) => {
    const answered = async (name: string) => {
      const answer = await client.callTool({ name, arguments: { id } });
      expect(JSON.stringify(answer).length).toBeLessThan(120_000);
      return answer.structuredContent as Record<string, unknown>;
    };
    const logs = await answered('logs');
    expect(logs.cut).toMatch(/^texts of more than \d+ characters; `dispatch --json logs ID` prints all/);
    expect(JSON.stringify(logs.transcript)).toMatch(/It is x+… \d+ more characters/);
    const result = await answered('result');
    expect(result.cut).toMatch(/^texts of more than 16000 characters; output_path is the file of output/);
    expect(result.output).toBe(`${'y'.repeat(16_000)}… ${long - 16_000} more characters`);
    const { contents } = await client.readResource({ uri: `dispatch://tasks/${id}/transcript` });
    expect(JSON.stringify(contents).length).toBeLessThan(80_000);
  });
  const { transcript } = await stage.get<{ transcript: object[] }>(['logs', id]);
  expect(JSON.stringify(transcript)).toContain('x'.repeat(long));
});
