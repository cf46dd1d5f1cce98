const table = 'docs/errors.md';
const exitStatuses = { usage: 2, not_found: 3, refused: 4, environment: 5, store: 6 };
const kinds = {
  UsageError: 'usage',
  NotFoundError: 'not_found',
  RefusedError: 'refused',
  EnvironmentError: 'environment',
  StoreError: 'store',
};

/** Whether the table of errors has a row for each code of each kind that the sources throw, and for no other. */
export function checkErrorsTable(files) {
  const { thrown, findings } = collectThrown(files);
  const rows = readRows(files.find(({ path }) => path === table)?.text ?? '');
  for (const [key, place] of thrown) {
    if (!rows.has(key)) findings.push(`${place}: ${table} has no row for ${key}`);
  }
  for (const [key, row] of rows) {
    const [code, kind] = key.split(' ');
    if (code !== 'internal' && !thrown.has(key)) findings.push(`${table}: nothing throws ${key}`);
    if (code !== 'internal' && row.exit !== String(exitStatuses[kind]))
      findings.push(`${table}: ${key} exits with ${exitStatuses[kind]}`);
    if (row.cause === '' || row.remedy === '') findings.push(`${table}: ${key} has no cause or no remedy`);
  }
  return findings;
}

/** `code kind` → where it is thrown first; and the throws whose code cannot be read off the source. */
function collectThrown(files) {
  const thrown = new Map();
  const findings = [];
  for (const { path, text } of files) {
    if (!/^packages\/[^/]+\/src\/.*\.ts$/.test(path)) continue;
    const place = ({ index }) => `${path}:${text.slice(0, index).split('\n').length}`;
    const add = (match, code, kind) => {
      const key = `${code} ${kind}`;
      if (!thrown.has(key)) thrown.set(key, place(match));
    };
    for (const match of text.matchAll(/\bnew (\w+Error)\(\s*('\w+'|[\w.]+)?/g)) {
      const [, name, first = ''] = match;
      const kind = kinds[name];
      // What ends in `.code` is handed up from a backend's refusal, which is read below.
      if (kind === undefined || first.endsWith('.code')) continue;
      if (first.startsWith("'")) add(match, first.slice(1, -1), kind);
      else findings.push(`${place(match)}: write the code of ${name} as a literal`);
    }
    for (const match of text.matchAll(/\bclass \w+ extends (\w+Error) \{[^}]*?\bsuper\(\s*'(\w+)'/g)) {
      if (kinds[match[1]] !== undefined) add(match, match[2], kinds[match[1]]);
    }
    if (!path.startsWith('packages/backends/')) continue;
    for (const match of text.matchAll(/\bcode: '(\w+)',\s*message:/g)) add(match, match[1], 'refused');
  }
  return { thrown, findings };
}

function readRows(text) {
  const rows = new Map();
  for (const line of text.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    const code = /^`(\w+)`$/.exec(cells[1] ?? '')?.[1];
    if (code === undefined || cells.length < 7) continue;
    rows.set(`${code} ${cells[2]}`, { exit: cells[3], cause: cells[4], remedy: cells[5] });
  }
  return rows;
}
