import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installAgents } from '../setup/install-agents.mjs';
import { temporaryFolder } from './temporary.ts';

/** A home of its own for one test: everything that dispatch and the agents read or write outside the workspace. */
export interface SandboxHome {
  home: string;
  /** First in PATH; holds `codex` and `claude`. A test may remove them or put others in their place. */
  bin: string;
  codexHome: string;
  claudeConfigDir: string;
  /** The environment of whoever types `dispatch` in this home; see `cleanEnv`. */
  env: Record<string, string>;
  /** Puts a program of the test's own (a script with its `#!` line) into `bin`, in place of any of that name. */
  program(name: string, source: string): string;
}

/** Makes a home in which the real codex and claude ask the model server at `modelUrl` and nobody else. */
export async function createSandboxHome({
  modelUrl,
  env = {},
}: {
  modelUrl: string;
  env?: Record<string, string>;
}): Promise<SandboxHome> {
  const home = temporaryFolder('home');
  const bin = join(home, 'bin');
  const codexHome = join(home, '.codex');
  const claudeConfigDir = join(home, '.claude');
  for (const folder of [bin, codexHome, claudeConfigDir]) mkdirSync(folder);
  writeFileSync(join(codexHome, 'config.toml'), codexConfig(modelUrl));
  writeFileSync(
    join(claudeConfigDir, 'settings.json'),
    JSON.stringify({ env: claudeEnv(modelUrl) }, null, 2),
  );
  writeFileSync(join(home, '.gitconfig'), gitConfig);
  for (const [name, path] of Object.entries(await installAgents())) symlinkSync(path, join(bin, name));
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

const gitConfig = `[user]
	name = Test
	email = test@example.com
[init]
	defaultBranch = main
[advice]
	detachedHead = false
`;
