import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ClaudeVersion, ModelServer, PiVersion } from '../harness/index.ts';
import { marked, userTexts } from '../harness/index.ts';
import type { AgentName, Stage } from '../harness/stage.ts';
import { setStage } from '../harness/stage.ts';

/** One column of the table. */
export interface Agent {
  /** Its title, which is also the key of what is said of it alone. */
  id: string;
  backend: AgentName;
  /** As its executable tells it. */
  version: string;
  /** What stands behind the title, for the page. */
  program: string;
  setStage(model: ModelServer, env?: Record<string, string>): Promise<Stage>;
  /** A prompt that has the agent play a scene. */
  prompt(words: string, scene: string, tag: string): string;
  /** Everything that was typed to it, as it told the model last. */
  heard(model: ModelServer, stage: Stage, scene: string, tag: string): string[];
}

/** The client below pi 0.73.1 asks three times before pi itself hears of it. */
export function faultsBeforeRetry({ version }: Agent): number {
  return version === '0.73.1' ? 3 : 1;
}

const real = {
  prompt: (words: string, scene: string, tag: string) => `${words}${marked(scene, tag)}`,
  heard(model: ModelServer, _stage: Stage, scene: string, tag: string) {
    const request = model.requestsOf(`${scene} ${tag}`).at(-1);
    return request === undefined ? [] : userTexts(request);
  },
};

const codex: Agent = {
  ...real,
  id: 'codex 0.169.0',
  backend: 'codex',
  version: '0.169.0',
  program: 'the real `@openai/codex`',
  setStage: (model, env) => setStage(model, 'codex', { env: env ?? {} }),
};

function claude(version: ClaudeVersion): Agent {
  return {
    ...real,
    id: `claude ${version}`,
    backend: 'claude',
    version,
    program: 'the real `@anthropic-ai/claude-code`',
    // Without it claude refuses root the mode danger.
    setStage: (model, env) =>
      setStage(model, 'claude', { env: { IS_SANDBOX: '1', ...env }, claude: version }),
  };
}

function pi(version: PiVersion, program: string): Agent {
  return {
    ...real,
    id: `pi ${version}`,
    backend: 'pi',
    version,
    program,
    setStage: (model, env) => setStage(model, 'pi', { env: env ?? {}, pi: version }),
  };
}

const fake = join(import.meta.dirname, '../fakes/cursor-agent.mjs');

/** What the fake is told for a scene that the others play by the model's script. */
const scenesOfCursor: Record<string, string> = {
  works: 'edit',
  asks: 'ask',
  sleeps: 'sleep',
  unauthorized: 'words auth',
  rate_limited: 'words rate',
  overloaded: 'words overloaded',
  quota: 'words quota',
  unknown_model: 'words model',
  disconnected: 'words network',
  lingers: 'linger',
};

const cursor: Agent = {
  id: 'cursor-agent (fake)',
  backend: 'cursor-agent',
  version: '2026.01.28-fd13201',
  program: 'a fake made from its documentation; nothing of the real one was measured',
  async setStage(model, env) {
    const stage = await setStage(model, 'cursor-agent', { env: { CURSOR_API_KEY: 'key', ...env } });
    symlinkSync(fake, join(stage.home.bin, 'cursor-agent'));
    return stage;
  },
  prompt: (words, scene) => `${words}[[cursor:${scenesOfCursor[scene] ?? 'answer'}]]`,
  heard(_model, { home }) {
    const calls = readFileSync(join(home.home, '.cursor/calls.jsonl'), 'utf8').trimEnd().split('\n');
    return calls.flatMap((line) => (JSON.parse(line) as { prompt?: string }).prompt ?? []);
  },
};

export const agents: readonly Agent[] = [
  codex,
  claude('2.1.250'),
  claude('2.1.328'),
  pi('0.73.1', 'the real `@mariozechner/pi-coding-agent`, on the Node of the run'),
  pi('0.87.1', 'the real `@earendil-works/pi-coding-agent`, on Node 24'),
  cursor,
];
