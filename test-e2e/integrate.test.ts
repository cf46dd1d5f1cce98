// dispatch is put into each host's own configuration and taken out again, byte for byte, whenever it is killed on the way.
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { faultEnvironment, readLog, type Faults } from './faults/faults.ts';
import {
  cleanEnv,
  cleanUpAfterEach,
  dataOf,
  dispatch,
  errorOf,
  startDispatch,
  temporaryFolder,
  treeOf,
} from './harness/index.ts';

cleanUpAfterEach();

const hosts = ['pi', 'claude-code', 'codex'] as const;

interface Changes {
  changed: boolean;
  files: { path: string; change: string }[];
}

/** What people have in their homes: comments, tabs, line ends of Windows, links, no line end at the end. */
const handWritten: Record<string, [text: string, mode?: number]> = {
  '.codex/config.toml': [
    '\ufeff# my codex\r\nmodel = "gpt-5.5"\t# the good one\r\n\r\n[mcp_servers.docs] # foreign\r\ncommand = "docs"\r\nargs = [\r\n\t"--all", # all\r\n]\r\n\r\n[profiles.deep]\r\nmodel_reasoning_effort = "high"',
    0o640,
  ],
  '.codex/skills/mine/SKILL.md': ['---\nname: mine\ndescription: Mine.\n---\n'],
  '.codex/AGENTS.md': ['Be brief.'],
  '.claude/settings.json': ['{\n\t"env": {"A": "1"},\n\t"hooks": {}\n}', 0o600],
  '.claude/CLAUDE.md': ['Be brief.\r\n'],
  '.claude/skills/mine/SKILL.md': ['---\nname: mine\ndescription: Mine.\n---\n'],
  '.claude.json': ['{"mcpServers":{"docs":{"command":"docs"}},"projects":{}}', 0o600],
  '.pi/agent/settings.json': ['{"defaultProvider":"stub"}'],
  '.pi/agent/extensions/mine.ts': ['export default () => undefined;\n'],
};

interface Place {
  home: string;
  env: Record<string, string>;
}

function homeWith(files: typeof handWritten): Place {
  const home = temporaryFolder('hand-written');
  for (const [name, [text, mode = 0o644]] of Object.entries(files)) {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, mode);
  }
  const env = cleanEnv({ home, bin: join(home, 'bin'), modelUrl: 'http://127.0.0.1:9' });
  return { home, env };
}

const type = (args: string[], { home, env }: Place) => dispatch([...args, '--json'], { cwd: home, env });

/** All of the home but what dispatch keeps for itself. */
function treeOfHosts(home: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(treeOf(home)).filter(([path]) => !path.startsWith(`${home}:.dispatch`)),
  );
}

test('all three at once, twice, and out again: every byte, mode and folder is as it was', async () => {
  const place = homeWith(handWritten);
  const before = treeOfHosts(place.home);
  for (const host of hosts)
    expect(dataOf<Changes>(await type(['integrate', host], place)), host).toMatchObject({ changed: true });
  const integrated = treeOfHosts(place.home);
  for (const host of hosts)
    expect(dataOf<Changes>(await type(['integrate', host], place)), host).toMatchObject({ changed: false });
  expect(treeOfHosts(place.home)).toEqual(integrated);
  // Of what is the user's one file has changed, by what was added to it.
  const touched = Object.keys(before).filter((path) => before[path] !== integrated[path]);
  expect(touched).toEqual([`${place.home}:.codex/config.toml`]);
  const config = readFileSync(join(place.home, '.codex/config.toml'), 'utf8');
  expect(config.startsWith(handWritten['.codex/config.toml']![0])).toBe(true);
  for (const host of hosts)
    expect(dataOf<Changes>(await type(['integrate', host, '--undo'], place)), host).toMatchObject({
      changed: true,
    });
  expect(treeOfHosts(place.home)).toEqual(before);
  expect(treeOf(join(place.home, '.dispatch'))).toEqual({});
});

test('what the user wrote since stays, in a file behind a link as well', async () => {
  const place = homeWith({ ...handWritten, 'dotfiles/config.toml': ['model = "x"\n', 0o664] });
  const config = join(place.home, '.codex/config.toml');
  rmSync(config);
  symlinkSync('../dotfiles/config.toml', config);
  await type(['integrate', 'codex'], place);
  appendFileSync(config, '\n[projects."/srv/mine"]\ntrust_level = "trusted"\n');
  await type(['integrate', 'codex', '--undo'], place);
  expect(treeOfHosts(place.home)[`${place.home}:.codex/config.toml`]).toBe('link to ../dotfiles/config.toml');
  expect(readFileSync(config, 'utf8')).toBe(
    'model = "x"\n\n[projects."/srv/mine"]\ntrust_level = "trusted"\n',
  );
});

test('a configuration that cannot be read is named by file and line, and nothing is written', async () => {
  const place = homeWith({ '.codex/config.toml': ['model = "x"\nnot toml\n'] });
  const before = treeOf(place.home);
  const error = errorOf(await type(['integrate', 'codex'], place));
  expect(error.code).toBe('host_config_invalid');
  expect(error.message).toContain(`${place.home}/.codex/config.toml, line 2`);
  expect(treeOf(place.home)).toEqual(before);
});

test('--print writes nothing, and shows what people would see in each file', async () => {
  const place = homeWith(handWritten);
  const before = treeOf(place.home);
  for (const host of hosts) {
    const printed = await dispatch(['integrate', host, '--print'], { cwd: place.home, env: place.env });
    expect(printed.exitCode).toBe(0);
    expect(printed.stdout).toContain(`The file ${place.home}/.`);
  }
  const { stdout } = await dispatch(['integrate', 'codex', '--print'], { cwd: place.home, env: place.env });
  expect(stdout).toContain(`Added to ${place.home}/.codex/config.toml:\n# Written by dispatch`);
  expect(treeOf(place.home)).toEqual(before);
});

describe.each(['integrate', 'undo'] as const)('killed in %s', (what) => {
  const args = ['integrate', 'codex', ...(what === 'undo' ? ['--undo'] : [])];
  const files = { '.codex/config.toml': handWritten['.codex/config.toml']! };

  /** A home in which the command is about to be typed. */
  async function ready(): Promise<Place> {
    const place = homeWith(files);
    if (what === 'undo') await type(['integrate', 'codex'], place);
    return place;
  }

  test('at each write: the same typed again ends as if nothing had happened', async () => {
    const untouched = treeFrom(homeWith(files).home);
    const calm = await ready();
    const log = join(temporaryFolder('log'), 'calls');
    await type(args, withFaults(calm, { log }));
    const wanted = treeFrom(calm.home);
    if (what === 'undo') expect(wanted).toEqual(untouched);
    const calls = readLog(log);
    expect(calls.length).toBeGreaterThan(5);
    const faults = calls.flatMap(({ bytes }, index) => [
      { at: index + 1, mode: 'kill_before' as const },
      ...(bytes === undefined ? [] : [{ at: index + 1, mode: 'kill_short' as const }]),
    ]);
    for (const { at, mode } of faults) {
      const where = `${mode} at ${at} of ${calls.length}`;
      const place = await ready();
      const { env } = withFaults(place, { at, mode });
      const killed = await startDispatch(args, { cwd: place.home, env }).ended;
      expect(killed.signal, where).toBe('SIGKILL');
      const again = await type(args, place);
      expect(again.exitCode, `${where}: ${again.stdout}`).toBe(0);
      expect(treeFrom(place.home), where).toEqual(wanted);
      if (what === 'undo') continue;
      await type([...args, '--undo'], place);
      expect(treeFrom(place.home), `${where}, and taken out`).toEqual(untouched);
    }
  }, 300_000);
});

function withFaults(place: Place, faults: Omit<Faults, 'roots'>): Place {
  return {
    ...place,
    env: faultEnvironment({ ...faults, roots: [place.home] }, place.env) as Record<string, string>,
  };
}

/** The same with paths from the home. */
function treeFrom(home: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(treeOfHosts(home)).map(([path, what]) => [path.slice(home.length + 1), what]),
  );
}
