import { describe, expect, it } from 'vitest';
import {
  addTable,
  hasTable,
  lineOfTable,
  parseToml,
  removeTable,
  replaceTable,
} from '../../src/integrate/toml-table.ts';

const block = `# Written by dispatch.
[mcp_servers.dispatch]
command = "/opt/node"
args = ["/opt/bin.cjs", "mcp"]
tool_timeout_sec = 600
`;
const other = block.replace('600', '900').replace('/opt/node', '/usr/bin/node');

const mark = '\ufeff';
const configs: [string, string][] = [
  ['an empty file', ''],
  ['nothing but a byte order mark', mark],
  ['nothing but a comment without a line end', '# mine'],
  ['one key', 'model = "gpt-5.5"\n'],
  ['no line end at the end', 'model = "gpt-5.5" # mine'],
  ['empty lines at the end', 'model = "x"\n\n\n'],
  ['CRLF', 'model = "x"\r\n\r\n[tui]\r\nnotifications = true\r\n'],
  ['CRLF without the last', '# mine\r\nmodel = "x"'],
  ['a byte order mark', `${mark}model = "x"\n`],
  ['tabs', '[tui]\n\tnotifications\t=\ttrue\n'],
  ['other servers', '[mcp_servers.docs]\ncommand = "docs"\n\n[mcp_servers.docs.env]\nA = "1"\n'],
  ['a server with a longer name', '[mcp_servers.dispatch2]\ncommand = "x"\n'],
  ['the header of all servers', '[mcp_servers]\n# none yet\n'],
  ['servers in dotted keys', 'mcp_servers.docs.command = "docs"\n'],
  ['servers below their header', '[mcp_servers]\ndocs = { command = "docs" }\n'],
  ['an array of tables at the end', '[[hooks.Stop]]\nname = "x"\n[[hooks.Stop]]\nname = "y"\n'],
  [
    'a text of several lines that looks like it',
    'notes = """\n[mcp_servers.dispatch]\ncommand = "no"\n"""\n',
  ],
  ['a comment that looks like it', '# [mcp_servers.dispatch]\nmodel = "x"\n'],
  ['numbers of every kind', 'a = 9007199254740993\nb = 1e6\nc = 0xff\nd = inf\ne = 2026-11-30T10:00:00Z\n'],
  ['quoted keys', '[projects."/srv/it\'s [here]"]\ntrust_level = "trusted"\n'],
];

describe.each(configs)('%s', (_, text) => {
  const added = addTable(text, block)!;

  it('keeps every character that is there, and gets the table', () => {
    expect(added.text.startsWith(text)).toBe(true);
    expect(added.text).toBe(text + added.inserted);
    const { mcp_servers: servers } = parseToml(added.text, 'x') as {
      mcp_servers: Record<string, unknown>;
    };
    expect(servers['dispatch']).toEqual({
      command: '/opt/node',
      args: ['/opt/bin.cjs', 'mcp'],
      tool_timeout_sec: 600,
    });
  });

  it('has one kind of line ends', () => {
    if (text.includes('\r\n')) expect(added.inserted.replaceAll('\r\n', '')).not.toContain('\n');
    else expect(added.inserted).not.toContain('\r');
  });

  it('is what it was once the table is taken out', () => {
    expect(removeTable(added.text, added.inserted)).toBe(text);
  });

  it('keeps what was written before and behind it since', () => {
    const eol = text.includes('\r\n') ? '\r\n' : '\n';
    const behind = `${eol}[projects.x]${eol}trust_level = "trusted"${eol}`;
    const left = removeTable(added.text + behind, added.inserted)!;
    expect(left.startsWith(text)).toBe(true);
    expect(left.endsWith(behind)).toBe(true);
    expect(parseToml(left, 'x')).toMatchObject({ projects: { x: { trust_level: 'trusted' } } });
  });

  it('changes in its place', () => {
    const changed = replaceTable(added.text, added.inserted, other)!;
    expect(changed.text.startsWith(text)).toBe(true);
    expect(changed.text).toContain('900');
    expect(changed.text).not.toContain('600');
    expect(removeTable(changed.text, changed.inserted)).toBe(text);
    expect(replaceTable(changed.text, changed.inserted, block)).toEqual(added);
  });
});

it.each([
  ['an inline table', 'mcp_servers = { docs = { command = "docs" } }\n'],
  ['an array', 'mcp_servers = []\n'],
  ['a text', 'mcp_servers = "none"\n'],
])('adds nothing where mcp_servers is %s', (_, text) => {
  expect(addTable(text, block)).toBeNull();
});

it.each([
  ['a header', '[mcp_servers.dispatch]\ncommand = "mine"\n', 1],
  ['a header with spaces and quotes', 'a = 1\n [ mcp_servers . "dispatch" ]\ncommand = "mine"\n', 2],
  ['a table below it', '[mcp_servers.dispatch.env]\nA = "1"\n', 1],
  ['dotted keys', 'mcp_servers.dispatch.command = "mine"\n', null],
  ['an inline table', '[mcp_servers]\ndispatch = { command = "mine" }\n', null],
])('finds the table of somebody else as %s', (_, text, line) => {
  expect(hasTable(parseToml(text, 'x'))).toBe(true);
  expect(lineOfTable(text)).toBe(line);
  expect(removeTable(text, block)).toBeNull();
  expect(replaceTable(text, block, other)).toBeNull();
});

describe('a table that was written anew by another program', () => {
  const { inserted } = addTable('[mcp_servers.a]\r\ncommand = "a"\r\n', block)!;
  const rewritten = `[mcp_servers.a]
command = "a"

[mcp_servers.dispatch]
command = "/opt/node"
args = [ "/opt/bin.cjs", "mcp" ]
tool_timeout_sec = 600.0

# of b
[mcp_servers.b]
command = "b"
`;
  it('is taken out by its values, with nothing of what follows', () => {
    expect(removeTable(rewritten, inserted)).toBe(
      '[mcp_servers.a]\ncommand = "a"\n\n# of b\n[mcp_servers.b]\ncommand = "b"\n',
    );
  });
  it('is changed in its place', () => {
    const changed = replaceTable(rewritten, inserted, other)!;
    expect(changed.text).toContain('"/usr/bin/node"');
    expect(changed.text).toContain('# of b\n[mcp_servers.b]');
    expect(removeTable(changed.text, changed.inserted)).toBe(removeTable(rewritten, inserted));
  });
});

describe('a table that was changed by hand', () => {
  const added = addTable('model = "x"\n', block)!;
  it.each([
    ['another value', added.text.replace('600', '60')],
    ['another key in it', added.text.replace('tool_', 'enabled = false\ntool_')],
    ['another key at its end', `${added.text}enabled = false\n`],
    ['a table below it', `${added.text}[mcp_servers.dispatch.env]\nA = "1"\n`],
  ])('is left: %s', (_, text) => {
    expect(removeTable(text, added.inserted)).toBeNull();
  });
  it('is not replaced over another value, and keeps what was added behind it', () => {
    expect(replaceTable(added.text.replace('600', '60'), added.inserted, other)).toBeNull();
    const more = replaceTable(`${added.text}enabled = false\n`, added.inserted, other)!;
    expect(parseToml(more.text, 'x')).toMatchObject({
      mcp_servers: { dispatch: { enabled: false, command: '/usr/bin/node' } },
    });
  });
});

it('names the line of what is no TOML', () => {
  expect(() => parseToml('a = 1\nb = \n', '/srv/config.toml')).toThrow(
    expect.objectContaining({
      code: 'host_config_invalid',
      message: expect.stringContaining('/srv/config.toml, line 2') as string,
    }),
  );
});
