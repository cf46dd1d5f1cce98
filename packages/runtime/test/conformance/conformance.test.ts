import { seteuid } from 'node:process';
import { statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rules } from '../../src/conformance/rules.ts';
import { badStores } from './bad-stores.ts';
import { legalStores } from './legal-stores.ts';
import { LaidOut } from './laid-out.ts';

let store: LaidOut;
beforeEach(() => {
  store = new LaidOut();
});
afterEach(() => store.dispose());

it('the store that the program wrote conforms', () => {
  expect(store.examine()).toEqual({
    root: store.root,
    format: 1,
    tasks: 4,
    conforms: true,
    departures: [],
  });
});

describe('a bad store breaks one rule and no other', () => {
  it.each(badStores)('$what: $rule', ({ rule, path, line = null, damage }) => {
    const where = typeof path === 'string' ? path : path(store);
    damage(store);
    const { conforms, departures } = asItsOwner(() => store.examine());
    expect(departures).toMatchObject([{ rule, severity: rules[rule], path: where, line }]);
    expect(conforms).toBe(rules[rule] === 'warning');
  });

  it('and every rule is broken by one', () => {
    expect([...new Set(badStores.map(({ rule }) => rule))].sort()).toEqual(Object.keys(rules).sort());
  });
});

describe('what the format allows is no departure', () => {
  it.each(legalStores)('$what', ({ change }) => {
    change(store);
    expect(store.examine()).toMatchObject({ conforms: true, departures: [] });
  });
});

/** Root is kept from reading nothing: what another user's files are, only that user can see. */
function asItsOwner<T>(look: () => T): T {
  const { uid } = statSync(store.root);
  if (uid === process.getuid?.()) return look();
  seteuid!(uid);
  try {
    return look();
  } finally {
    seteuid!(0);
  }
}
