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

/** `code kind` → where it is thrown first. */
export function collectThrown(files) {
  const thrown = new Map();
  const findings = [];
  for (const { path, text } of files) {
    if (!/^packages\/[^/]+\/src\/.*\.ts$/.test(path)) continue;
    const place = (match) => `${path}:${text.slice(0, match.index).split('\n').length}`;
    for (const match of text.matchAll(/\bnew (\w+Error)\(\s*('\w+'|[\w.]+)?/g)) {
      const kind = kinds[match[1]];
      if (kind === undefined) continue;
      const code = /^'(\w+)'$/.exec(match[2] ?? '')?.[1];
      // A refusal that a backend hands up, see below.
      if (code === undefined && match[2]?.endsWith('.code')) continue;
      if (code === undefined) findings.push(`${place(match)}: write the code of ${match[1]} as a literal`);
      else if (!thrown.has(`${code} ${kind}`)) thrown.set(`${code} ${kind}`, place(match));
    }
    if (!path.startsWith('packages/backends/')) continue;
    for (const match of text.matchAll(/\bcode: '(\w+)',?\s*message:/g))
      thrown.set(`${match[1]} refused`, place(match));
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
