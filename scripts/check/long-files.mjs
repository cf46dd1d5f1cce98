const longest = 300;
const watched = /^(?:(?:packages|integrations)\/[^/]+\/src|test-e2e|scripts)\/.*\.m?[jt]s$/;

/** Sources of more lines than a reader takes in at once. */
export function findLongFiles(files) {
  return files
    .filter(({ path }) => watched.test(path) && !path.endsWith('.generated.ts'))
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > longest)
    .map(({ path, lines }) => `${path}: ${lines} lines, more than ${longest}`);
}
