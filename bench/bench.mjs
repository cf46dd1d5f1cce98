/**
 * `npm run bench`: each row of bench/rows against its bar, as ratios to floors measured in the same run. Exits with 1 when
 * a bar that binds is missed: those on Node 24.
 *
 *   --only TEXT   rows whose name or work has TEXT in it; may be given more than once
 *   --quick       fewer rounds, no verdict
 *   --json FILE   all figures, round by round
 *   --write       puts this run into docs/performance.md
 *   --folder DIR  the disk to measure on, instead of the folder for temporary files
 *   --node24      Node 24 only
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Bed, benchFolder } from './harness/bed.mjs';
import { buildPrograms, nodes as findNodes, repository } from './harness/programs.mjs';
import { load, machineLine, markdownTable, notes } from './harness/report.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    write: { type: 'boolean', default: false },
    folder: { type: 'string' },
    node24: { type: 'boolean', default: false },
  },
});

const { folder, remove } = benchFolder(options.folder);
process.on('SIGINT', () => process.exit(130));
process.on('exit', remove);
const found = await findNodes();
const nodes = options.node24 ? found.slice(0, 1) : found;
const programs = await buildPrograms(folder);
const rows = await chosenRows();
const head = [
  `${new Date().toISOString().slice(0, 10)}: ${machineLine(folder)}`,
  `node ${nodes.map(({ version }) => version).join(' and ')}`,
  `${options.quick ? 'a quick look, which says nothing about bars' : 'medians of 15 interleaved rounds'}`,
].join('; ');
console.log(head);

const results = [];
for (const row of rows) results.push(await measureRow(row));
const table = markdownTable(nodes, results, { verdict: !options.quick });
console.log(`\n${table}\n\n${notes(results).join('\n')}`);
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ head, nodes, results }, null, 2)}\n`);
if (options.write) await writePage();
const missed = results.filter(({ figures }) => figures[0]?.ok === false);
if (!options.quick && missed.length > 0) {
  console.log(`\nmissed: ${missed.map(({ work }) => work).join('; ')}`);
  process.exitCode = 1;
}

async function chosenRows() {
  const folderOfRows = fileURLToPath(new URL('rows', import.meta.url));
  const names = readdirSync(folderOfRows).filter((name) => name.endsWith('.mjs'));
  const all = await Promise.all(
    names.toSorted().map(async (name) => ({ name, ...(await import(join(folderOfRows, name))).row })),
  );
  const wanted = ({ name, work }) =>
    options.only.length === 0 || options.only.some((text) => name.includes(text) || work.includes(text));
  const chosen = all.filter(wanted);
  if (chosen.length === 0) throw new Error(`no row has ${options.only.join(' or ')} in its name`);
  return chosen;
}

async function measureRow({ name, work, bar, how, measure }) {
  const figures = [];
  for (const { path, version } of nodes) {
    const bed = new Bed({ node: path, version, programs, folder, quick: options.quick });
    const began = performance.now();
    const figure = await measure(bed);
    figures.push({ version, load: load(), ...figure });
    const seconds = Math.round((performance.now() - began) / 1000);
    console.error(
      `${name} ${version}: ${figure.shown}${options.quick || figure.ok ? '' : '  MISSED'}  (${figure.detail}; ${seconds} s, load ${load()})`,
    );
  }
  return { work, bar, how, figures };
}

async function writePage() {
  const page = [
    '# Measured performance',
    '',
    'Written by `npm run bench -- --write`. The bars bind on Node 24; a bar is a ratio to a floor of the same run, so',
    'that it holds on another machine, or a time where it says so.',
    '',
    `${head}.`,
    '',
    table,
    '',
    'How each was measured, with the figures behind the ratios (Node 24; Node 20):',
    '',
    ...notes(results),
    '',
  ];
  const { format, resolveConfig } = await import('prettier');
  const path = join(repository, 'docs/performance.md');
  writeFileSync(path, await format(page.join('\n'), { ...(await resolveConfig(path)), filepath: path }));
}
