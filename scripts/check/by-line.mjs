/** Findings as `path:line: what`, where `find` returns what is wrong with a line. */
export function byLine(files, find) {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => find(line).map((what) => `${path}:${index + 1}: ${what}`)),
  );
}
