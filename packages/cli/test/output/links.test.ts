import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { fileLink, hasLinks } from '../../src/output/links.ts';

test.for<[Record<string, string>, boolean]>([
  [{}, false],
  [{ TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.1.0' }, true],
  [{ TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.0.15' }, false],
  [{ TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '4.0' }, true],
  [{ TERM_PROGRAM: 'iTerm.app' }, false],
  [{ TERM_PROGRAM: 'WezTerm', TERM_PROGRAM_VERSION: '20240203-110809-5046fc22' }, true],
  [{ TERM_PROGRAM: 'WezTerm', TERM_PROGRAM_VERSION: '20200517-122836-92c201c6' }, false],
  [{ TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.72.0' }, true],
  [{ TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.71.2' }, false],
  [{ TERM_PROGRAM: 'ghostty', TERM_PROGRAM_VERSION: '1.0.1' }, true],
  [{ TERM_PROGRAM: 'Apple_Terminal', TERM_PROGRAM_VERSION: '453' }, false],
  [{ VTE_VERSION: '5000' }, false],
  [{ VTE_VERSION: '5002' }, true],
  [{ VTE_VERSION: '4803' }, false],
  [{ VTE_VERSION: 'new' }, false],
  [{ KITTY_WINDOW_ID: '1' }, true],
  [{ WT_SESSION: 'ab' }, true],
  [{ KITTY_WINDOW_ID: '1', TERM: 'dumb' }, false],
  [{ KITTY_WINDOW_ID: '1', CI: 'true' }, false],
  [{ KITTY_WINDOW_ID: '1', TMUX: 'default,1,0' }, false],
  [{ KITTY_WINDOW_ID: '1', STY: '1.pts' }, false],
  [{ VTE_VERSION: '7000', TERM: 'screen-256color' }, false],
  [{ TMUX: 'x', FORCE_HYPERLINK: '1' }, true],
  [{ KITTY_WINDOW_ID: '1', FORCE_HYPERLINK: '0' }, false],
  [{ KITTY_WINDOW_ID: '1', FORCE_HYPERLINK: 'false' }, false],
])('%j: %s', ([env, links]) => {
  expect(hasLinks(env, { color: true })).toBe(links);
});

test('no link where no colour is wanted', () => {
  expect(hasLinks({ KITTY_WINDOW_ID: '1' }, { color: false })).toBe(false);
});

test('a path is encoded byte by byte: nothing in it ends the link or begins another', () => {
  const path = '/a b/é\x1b\\\x07;%20?#日';
  const link = fileLink('shown', path);
  expect(link).toBe(
    `\x1b]8;;file://${hostname()}/a%20b/%C3%A9%1B%5C%07%3B%2520%3F%23%E6%97%A5\x1b\\shown\x1b]8;;\x1b\\`,
  );
});
