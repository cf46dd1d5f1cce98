import { byLine } from './by-line.mjs';

// A path begins where no word, dot or dash stands before it: `node_modules/x/home/y` and URLs are none.
const start = String.raw`(?<![\w.\-}])`;
const patterns = ['work/[\\w.]', 'root/[\\w.]', 'home/[\\w.-]+', 'Users/[\\w.-]+', 'tmp/[\\w.-]+'].map(
  (pattern) => new RegExp(`${start}/${pattern}`, 'g'),
);

/** People that stand for anybody in examples and recordings. */
const neutral = /^\/(?:home|Users)\/(?:user|u)$/;

/** Lines that name a place of somebody's machine, which is true there only. */
export function findMachinePaths(files) {
  return byLine(files, (line) =>
    patterns
      .flatMap((pattern) => [...line.matchAll(pattern)].map(([found]) => found))
      .filter((found) => !neutral.test(found)),
  );
}
