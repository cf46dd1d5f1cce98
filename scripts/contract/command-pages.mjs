/** A page for each command, and one for the types of what they print, from the definitions of both. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSources } from '../load-sources.mjs';
import { fieldRows, typeWords } from './type-words.mjs';

const made = '<!-- Made by `npm run generate` from the command itself. -->';

/** `schema`: what `commandsSchema` returned. Texts by path. */
export async function commandPages(repository, schema) {
  const commands = await loadCommands(repository);
  const pages = new Map([['docs/commands/README.md', indexPage(commands)]]);
  for (const command of commands)
    pages.set(`docs/commands/${fileOf(command)}`, page(command, schema, exampleOf(repository, command)));
  pages.set('docs/commands/json.md', typesPage(schema));
  return pages;
}

/** Each command as its class declares it. */
async function loadCommands(repository) {
  const source = join(repository, 'packages/cli/src');
  const {
    index,
    parse,
    options: words,
  } = await loadSources('dispatch-commands', {
    index: join(source, 'commands/index.ts'),
    parse: join(source, 'arguments/parse.ts'),
    options: join(source, 'arguments/options.ts'),
  });
  return (await index.loadCommands()).map((one) => {
    const { word, form, options } = parse.grammarOf(one);
    const named = options.map(({ names, takesValue, description }) => ({
      name: names.join(', ') + (takesValue ? ` ${words.valuedOptions[names.at(-1)] ?? 'VALUE'}` : ''),
      description,
    }));
    return { word, form, options: named, ...one.usage };
  });
}

/** What a test has seen it print; see test-e2e/docs. */
function exampleOf(repository, { word }) {
  const path = join(repository, `docs/examples/${word.replaceAll(' ', '-')}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

function fileOf({ word }) {
  return `${word.replaceAll(' ', '-')}.md`;
}

function indexPage(commands) {
  const categories = [...new Set(commands.map(({ category }) => category))];
  return [
    '# Commands',
    '',
    made,
    '',
    'Every command takes `--json` (one document on stdout: [what it holds](json.md)), `--root PATH` (the store; default',
    '`DISPATCH_ROOT`, or `.dispatch` in the working folder) and `--help`. Exit statuses and the codes of errors:',
    '[errors.md](../errors.md).',
    ...categories.flatMap((category) => [
      '',
      `## ${category}`,
      '',
      '| | |',
      '|---|---|',
      ...commands
        .filter((one) => one.category === category)
        .map((one) => `| [\`${one.word}\`](${fileOf(one)}) | ${cell(one.description)} |`),
    ]),
    '',
  ].join('\n');
}

function page(
  { word, form, description = '', details = '', options, examples = [] },
  { definitions },
  example,
) {
  return [
    `# dispatch ${word}`,
    '',
    made,
    '',
    `${capital(description)}.`,
    '',
    '```text',
    form,
    '```',
    ...(details === '' ? [] : ['', details]),
    ...(options.length === 0 ? [] : ['', '## Options', '', '| option | |', '|---|---|']),
    ...options.map(({ name, description: what }) => `| \`${cell(name)}\` | ${cell(what)} |`),
    ...(examples.length === 0 ? [] : ['', '## Examples', '', '```sh']),
    ...examples.flatMap(([what, command], at) => [...(at === 0 ? [] : ['']), `# ${what}`, command]),
    ...(examples.length === 0 ? [] : ['```']),
    ...jsonPart(word, definitions),
    ...(example === null ? [] : examplePart(example)),
    '',
  ].join('\n');
}

function jsonPart(word, { commands, lines }) {
  if (commands[word] === undefined)
    return ['', '## With `--json`', '', 'Refused: it needs keyboard and screen.'];
  const { data } = commands[word].properties;
  return [
    '',
    '## With `--json`',
    '',
    `\`data\` is ${typeWords(data, 'json.md')}.`,
    ...(lines[word] === undefined
      ? []
      : [`Where it follows, values stand before that, one a line: ${typeWords(lines[word], 'json.md')}.`]),
    ...(data.properties === undefined ? [] : ['', ...fieldTable(data, 'json.md')]),
  ];
}

function examplePart({ command, exit_status: status, prints }) {
  return [
    '',
    '```sh',
    command,
    '```',
    '',
    '```json',
    JSON.stringify(prints, null, 2),
    '```',
    ...(status === 0 ? [] : ['', `Exit status ${status}.`]),
  ];
}

function typesPage({ description, definitions }) {
  const named = Object.entries(definitions).filter(
    ([name]) => !['commands', 'lines', 'failure'].includes(name),
  );
  return [
    '# What `--json` prints',
    '',
    made,
    '',
    `${description} As JSON Schema: [commands.schema.json](../schemas/commands.schema.json), \`#/definitions/commands/<command>\`.`,
    '',
    '```json',
    '{ "ok": true, "data": … }',
    '{ "ok": false, "error": { "code": "task_not_found", "message": "no task zzzz in …", "hint": "run `dispatch list` to see the tasks" } }',
    '```',
    ...named.flatMap(([name, schema]) => [
      '',
      `## ${name}`,
      ...(schema.description === undefined ? [] : ['', schema.description]),
      '',
      ...typeLines(schema),
    ]),
    '',
  ].join('\n');
}

function typeLines(schema) {
  if (schema.properties !== undefined) return fieldTable(schema, '');
  const objects = (schema.anyOf ?? []).filter((one) => one.properties !== undefined);
  if (objects.length < 2) return [`${capital(typeWords(schema, ''))}.`];
  return objects.flatMap((one, at) => [...(at === 0 ? [] : ['', 'or', '']), ...fieldTable(one, '')]);
}

function fieldTable(schema, page) {
  return [
    '| field | | |',
    '|---|---|---|',
    ...fieldRows(schema, page).map((row) => `| ${row.map(cell).join(' | ')} |`),
  ];
}

function cell(text) {
  return text.replaceAll('\n', ' ').replaceAll('|', '\\|');
}

function capital(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
