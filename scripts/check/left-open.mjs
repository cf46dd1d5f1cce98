import { byLine } from './by-line.mjs';

const watched = /^(?:packages|integrations|test-e2e)\/.*\.m?[jt]s$/;
const open =
  /\b(?:test|it|describe|suite|bench)(?:\.\w+)*\.(?:only|skip|todo)\b|\b(?:TODO|FIXME|XXX)\b|\bnot implemented\b/;

/** Tests that are switched off or run alone, and notes of work that was put off. */
export function findLeftOpen(files) {
  const sources = files.filter(({ path }) => watched.test(path) && !path.endsWith('.generated.ts'));
  return byLine(sources, (line) => open.exec(line)?.slice(0, 1) ?? []);
}
