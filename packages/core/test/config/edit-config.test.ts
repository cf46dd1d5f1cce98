import { expect, test } from 'vitest';
import { editConfig, parseConfig, type ConfigEdit } from '../../src/config/index.ts';

const backendTypes = ['codex', 'claude', 'pi'];
const path = '/u/config.yaml';
const edited = (text: string, edit: ConfigEdit) => editConfig({ text, path, backendTypes }, edit);

/** What an agent may say, unsaid. */
const noAgent = {
  ...{ backend: null, model: null, mode: null, execution_mode: null },
  ...{ skill: null, guidance: null },
};

const written = `# Mine. Do not touch.
default: quick   # see below

models:
    # The cheap one.
    small: { backend: 'codex', model: "gpt-5.4-mini" }

    big:
        backend: claude # the only one
        model: opus
backends:
    own:
        executable: "/opt/own agent"
        args:
            - -p   # from stdin
            - "{model}"

# What I type.
aliases:
    quick: { model: small }
    review:
        model: big
        prompt: |
            Find risks.

            Then say so.


settings:
    timeout: 20m
# The end.
`;

test.each<[string, ConfigEdit, (text: string) => string]>([
  [
    'the default',
    { kind: 'set_default', name: 'review' },
    (text) => text.replace('default: quick ', 'default: review '),
  ],
  [
    'a model at the end of the models',
    { kind: 'add_model', name: 'pi-default', backend: 'pi', model: null },
    (text) =>
      text.replace('        model: opus\n', '        model: opus\n    pi-default:\n      backend: pi\n'),
  ],
  [
    'another model of an entry',
    { kind: 'add_model', name: 'big', backend: 'codex', model: 'opus-5: the last' },
    (text) =>
      text
        .replace('backend: claude #', 'backend: codex #')
        .replace('model: opus\n', 'model: "opus-5: the last"\n'),
  ],
  [
    'a value that is no longer given',
    { kind: 'add_model', name: 'big', backend: 'claude', model: null },
    (text) => text.replace('        model: opus\n', ''),
  ],
  [
    'a list that stood on lines of its own',
    {
      kind: 'add_backend',
      name: 'own',
      executable: '/opt/own agent',
      args: ['-x', 'a b', '{model}', ''],
      type: null,
    },
    (text) => text.replace(/ {8}args:\n.*\n.*\n/, `        args: [-x, a b, "{model}", ""]\n`),
  ],
  [
    'an alias with a prompt of several lines, behind one with such a prompt',
    { kind: 'add_alias', name: 'fix', model: 'small', prompt: 'One.\n\nTwo: "2" # no comment' },
    (text) =>
      text.replace(
        '            Then say so.\n',
        '            Then say so.\n    fix:\n      model: small\n      prompt: "One.\\n\\nTwo: \\"2\\" # no comment"\n',
      ),
  ],
  [
    'a named agent',
    {
      ...{ kind: 'add_agent', name: 'auditor', backend: null, model: 'review', mode: null },
      ...{ execution_mode: 'read_only', skill: './a b', guidance: 'Be terse: "please"' },
    },
    (text) =>
      text.replace(
        '    timeout: 20m\n',
        '    timeout: 20m\nagents:\n  auditor:\n    model: review\n    execution_mode: read_only\n    skill: ./a b\n    guidance: \'Be terse: "please"\'\n',
      ),
  ],
  [
    'an entry that goes, comments stay',
    { kind: 'remove', what: 'backend', name: 'own' },
    (text) => text.replace(/backends:\n(?: {4}.*\n)+/, ''),
  ],
  [
    'one of several that goes',
    { kind: 'remove', what: 'alias', name: 'review' },
    (text) => text.replace(/ {4}review:\n(?: {8}.*\n| {12}.*\n|\n(?= {12}))+/, ''),
  ],
])('%s: nothing else changes', async (_what, edit, change) => {
  const text = await edited(written, edit);
  expect(text).toBe(change(written));
  expect(text).not.toBe(written);
});

test.each<[string, string]>([
  ['nothing', ''],
  ['comments', '# Mine.\n'],
  ['a section without entries', 'models:\naliases:\n'],
  ['an empty mapping', 'models: {}\n'],
  ['JSON', '{"models": {"small": {"backend": "codex"}}, "default": "small"}'],
  ['no newline at its end', 'default: codex'],
  ['newlines of Windows', '# Mine.\r\ndefault: codex\r\n'],
  ['an anchor', 'models:\n  small: &one\n    backend: codex\n  same: *one\n'],
  ['a document marker', '---\n'],
  ['a document marker and a comment', '---\n# Mine.\n'],
  ['a document marker that ends it', '# Mine.\n...\n'],
  ['both markers', '---\n...\n'],
])('a file with %s takes an entry', async (_what, text) => {
  const added = await edited(text, { kind: 'add_model', name: 'new', backend: 'claude', model: 'opus' });
  const before = await parseConfig({ text, path, backendTypes });
  const after = await parseConfig({ text: added, path, backendTypes });
  expect(after).toEqual({
    ...before,
    models: { ...before.models, new: { backend: 'claude', model: 'opus' } },
  });
  for (const comment of text.match(/#.*/g) ?? []) expect(added).toContain(comment);
  if (text.includes('\r\n')) expect(added.replaceAll('\r\n', '')).not.toContain('\n');
});

test('what shares its values by an anchor is changed alone', async () => {
  const text = 'models:\n  small: &one\n    backend: codex\n  same: *one\n';
  const added = await edited(text, { kind: 'add_model', name: 'same', backend: 'claude', model: 'opus' });
  const { models } = await parseConfig({ text: added, path, backendTypes });
  expect(models).toEqual({
    small: { backend: 'codex', model: 'small' },
    same: { backend: 'claude', model: 'opus' },
  });
});

test.each<[string, string, ConfigEdit]>([
  [
    'an entry that another stands for',
    'models:\n  a: &m\n    backend: codex\n  b: *m\n',
    { kind: 'add_model', name: 'a', backend: 'claude', model: 'x' },
  ],
  [
    'an entry whose anchor would go',
    'models:\n  a: &m\n    backend: codex\n  b: *m\n',
    { kind: 'remove', what: 'model', name: 'a' },
  ],
  [
    'a default that is an anchor',
    'default: &d codex\nmodels:\n  a: {backend: *d}\n',
    { kind: 'set_default', name: 'claude' },
  ],
])('%s is left to its user', async (_what, text, edit) => {
  await expect(edited(text, edit)).rejects.toMatchObject({ code: 'config_shared' });
});

test('names that YAML would read as something else', async () => {
  let text = '';
  for (const name of ['true', '12', '1e3', 'null', 'a:b', '0x1f'])
    text = await edited(text, { kind: 'add_model', name, backend: 'codex', model: name });
  const { models } = await parseConfig({ text, path, backendTypes });
  expect(Object.keys(models).toSorted()).toEqual(['0x1f', '12', '1e3', 'a:b', 'null', 'true']);
  for (const [name, { model }] of Object.entries(models)) expect(model).toBe(name);
  expect(await edited(text, { kind: 'remove', what: 'model', name: '12' })).not.toContain('12');
});

test.each<[string, ConfigEdit, object]>([
  [
    'set_default',
    { kind: 'set_default', name: 'quik' },
    { code: 'unknown_target', hint: expect.stringContaining('quick') },
  ],
  [
    'add_model',
    { kind: 'add_model', name: 'x', backend: 'codx', model: null },
    { code: 'unknown_backend', hint: expect.stringContaining('Did you mean codex?') },
  ],
  ['add_alias', { kind: 'add_alias', name: 'x', model: 'nope', prompt: null }, { code: 'unknown_model' }],
  [
    'add_backend',
    { kind: 'add_backend', name: 'x', executable: 'x', args: [], type: 'codx' },
    { code: 'unknown_backend' },
  ],
  ['a name', { kind: 'add_model', name: '-x', backend: 'codex', model: null }, { code: 'invalid_value' }],
  [
    'a name with a space',
    { kind: 'add_alias', name: 'a b', model: 'big', prompt: null },
    { code: 'invalid_value' },
  ],
  [
    'an empty program',
    { kind: 'add_backend', name: 'x', executable: ' ', args: [], type: null },
    { code: 'invalid_value' },
  ],
  [
    'an empty model',
    { kind: 'add_model', name: 'x', backend: 'codex', model: '' },
    { code: 'invalid_value' },
  ],
  [
    'add_agent',
    { ...noAgent, kind: 'add_agent', name: 'x', backend: 'codx' },
    { code: 'unknown_backend', hint: expect.stringContaining('Did you mean codex?') },
  ],
  [
    'an agent of a model that is not there',
    { ...noAgent, kind: 'add_agent', name: 'x', model: 'bgi' },
    { code: 'unknown_model', hint: expect.stringContaining('Did you mean big?') },
  ],
  ['remove an agent', { kind: 'remove', what: 'agent', name: 'reviewer' }, { code: 'unknown_agent' }],
  ['remove', { kind: 'remove', what: 'alias', name: 'reviw' }, { code: 'unknown_alias' }],
  [
    'remove the default',
    { kind: 'remove', what: 'alias', name: 'quick' },
    { code: 'name_in_use', message: expect.stringContaining('default') },
  ],
  [
    'remove what an agent names',
    { kind: 'remove', what: 'alias', name: 'fast' },
    { code: 'name_in_use', message: expect.stringContaining('agents.auditor') },
  ],
  [
    'remove a backend that an agent names',
    { kind: 'remove', what: 'backend', name: 'other' },
    { code: 'name_in_use', message: expect.stringContaining('agents.own') },
  ],
  [
    'remove what an alias names',
    { kind: 'remove', what: 'model', name: 'big' },
    { code: 'name_in_use', message: expect.stringContaining('aliases.review') },
  ],
])('%s is refused', async (_what, edit, error) => {
  const text = `${written}agents: {auditor: {model: fast}, own: {backend: other, model: fast}}\n`
    .replace('aliases:\n', 'aliases:\n    fast: { model: small }\n')
    .replace('backends:\n', 'backends:\n    other: { type: codex }\n');
  await expect(edited(text, edit)).rejects.toMatchObject(error);
});

test('a backend that stands for a built-in one can go though models name it', async () => {
  const text = 'backends:\n  codex:\n    args: [-x]\nmodels:\n  a:\n    backend: codex\n';
  expect(await edited(text, { kind: 'remove', what: 'backend', name: 'codex' })).toBe(
    'models:\n  a:\n    backend: codex\n',
  );
});

test('a file that is no valid config is not edited', async () => {
  await expect(edited('defalt: codex\n', { kind: 'set_default', name: 'codex' })).rejects.toMatchObject({
    code: 'config_invalid',
  });
});
