import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installAgents, installClaude21250, installPi087 } from '../setup/install-agents.mjs';
import { temporaryFolder } from './temporary.ts';

/** A home of its own for one test: everything that dispatch and the agents read or write outside the workspace. */
export interface SandboxHome {
  home: string;
  /** First in PATH; holds `codex`, `claude` and `pi`. A test may remove them or put others in their place. */
  bin: string;
  codexHome: string;
  claudeConfigDir: string;
  /** The environment of whoever types `dispatch` in this home; see `cleanEnv`. */
  env: Record<string, string>;
  /** Puts a program of the test's own (a script with its `#!` line) into `bin`, in place of any of that name. */
  program(name: string, source: string): string;
}

export type PiVersion = '0.73.1' | '0.87.1';
export type ClaudeVersion = '2.1.250' | '2.1.328';

/**
 * Makes a home in which the real codex, claude and pi ask the model server at `modelUrl` and nobody else. With pi 0.87.1
 * the `node` of its PATH is Node 24, which that needs.
 */
export async function createSandboxHome({
  modelUrl,
  env = {},
  pi = '0.73.1',
  claude = '2.1.328',
}: {
  modelUrl: string;
  env?: Record<string, string>;
  pi?: PiVersion;
  claude?: ClaudeVersion;
}): Promise<SandboxHome> {
  const home = temporaryFolder('home');
  const bin = join(home, 'bin');
  const codexHome = join(home, '.codex');
  const claudeConfigDir = join(home, '.claude');
  const piDir = join(home, '.pi/agent');
  for (const folder of [bin, codexHome, claudeConfigDir, piDir]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(codexHome, 'config.toml'), codexConfig(modelUrl));
  writeFileSync(
    join(claudeConfigDir, 'settings.json'),
    JSON.stringify({ env: claudeEnv(modelUrl) }, null, 2),
  );
  writeFileSync(join(piDir, 'models.json'), JSON.stringify(piModels(modelUrl), null, 2));
  writeFileSync(join(piDir, 'settings.json'), JSON.stringify(piSettings, null, 2));
  writeFileSync(join(home, '.gitconfig'), gitConfig);
  const programs = {
    ...(await installAgents()),
    ...(pi === '0.87.1' ? await installPi087() : {}),
    ...(claude === '2.1.250' ? await installClaude21250() : {}),
  };
  for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(bin, name));
  return {
    home,
    bin,
    codexHome,
    claudeConfigDir,
    env: { ...cleanEnv({ home, bin, modelUrl }), ...env },
    program(name, source) {
      const path = join(bin, name);
      rmSync(path, { force: true });
      writeFileSync(path, source);
      chmodSync(path, 0o755);
      return path;
    },
  };
}

/** An environment from scratch: nothing of this machine's but the folders of node and of the system's programs. */
export function cleanEnv({
  home,
  bin,
  modelUrl,
}: {
  home: string;
  bin: string;
  modelUrl: string;
}): Record<string, string> {
  return {
    PATH: [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(':'),
    HOME: home,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    CODEX_HOME: join(home, '.codex'),
    STUB_API_KEY: 'stub-key',
    CLAUDE_CONFIG_DIR: join(home, '.claude'),
    ANTHROPIC_API_KEY: 'sk-ant-stub',
    PI_OFFLINE: '1',
    PI_TELEMETRY: '0',
    ...claudeEnv(modelUrl),
  };
}

/** Also in claude's settings, because dispatch may keep `CLAUDE_CODE_*` from an agent as a host's leftovers. */
function claudeEnv(modelUrl: string): Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: modelUrl,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
  };
}

function codexConfig(modelUrl: string): string {
  return `model = "gpt-5.5"
model_provider = "stub"
check_for_update_on_startup = false

[analytics]
enabled = false

[model_providers.stub]
name = "stub"
base_url = "${modelUrl}/v1"
wire_api = "responses"
env_key = "STUB_API_KEY"
request_max_retries = 1
stream_max_retries = 1
`;
}

function piModels(modelUrl: string): object {
  const model = {
    ...{ id: 'stub-model', name: 'stub', reasoning: true, input: ['text', 'image'] },
    ...{ contextWindow: 200_000, maxTokens: 8000 },
    cost: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
  };
  const stub = { baseUrl: modelUrl, api: 'anthropic-messages', apiKey: 'stub-key', models: [model] };
  return { providers: { stub } };
}

const piSettings = {
  defaultProvider: 'stub',
  defaultModel: 'stub-model',
  retry: { enabled: true, maxRetries: 1, baseDelayMs: 200 },
};

const gitConfig = `[user]
	name = Test
	email = test@example.com
[init]
	defaultBranch = main
[advice]
	detachedHead = false
`;
