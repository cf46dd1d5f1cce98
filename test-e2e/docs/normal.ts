import { dispatchProgram } from '../harness/index.ts';
import type { Stage } from '../harness/stage.ts';

/** What stands in the docs for what differs from run to run. */
const time = '2026-11-30T10:00:00.000Z';
const uuid = '01a22ce9-06b3-71f0-8e49-c0e7ac322ce8';
const ids = ['1m8pej1ddeszda', '1m8pf03qw7t4kc', '1m8pf2b9ny6xh0', '1m8pf5s1vjr8gm', '1m8pf7c4e2z0wt'];
/** By key, whatever the value is. */
const byKey: Readonly<Record<string, unknown>> = {
  nonce: 'k2v9x7m4q1d8',
  attempt_nonce: 'k2v9x7m4q1d8',
  dev: '2049',
  ino: '1835041',
  epoch: 1,
  pid: 4242,
  start_time: '8675309',
  boot_id: '95c7292d-a5d8-40d5-800e-4603c4c3f0a1',
  host: 'machine',
  pid_namespace: '4026531836',
  platform: 'linux',
  arch: 'x64',
  node_version: '24.21.0',
};
/** By key, where it is a number. */
const numbers: Readonly<Record<string, number>> = {
  bytes: 512,
  prompt_bytes: 512,
  paused_ms: 0,
  started_monotonic_ms: 8_675_309,
  asked_monotonic_ms: 8_675_309,
  monotonic_ms: 8_675_309,
  position: 512,
  removed: 0,
};

/** Makes what one stage prints the same each time. */
export class Normal {
  readonly #seen: string[] = [];
  readonly #places: readonly (readonly [string, string])[];

  constructor({ home, repo }: Stage) {
    this.#places = [
      [repo, '/home/user/shop'],
      [home.home, '/home/user'],
      [process.execPath, '/usr/bin/node'],
      [dispatchProgram, '/usr/lib/dispatch/bin.cjs'],
    ];
  }

  text(text: string): string {
    let normal = text;
    for (const [place, name] of this.#places) normal = normal.replaceAll(place, name);
    return normal
      .replaceAll(/\b1[0-9a-hjkmnp-tv-z]{13}\b/g, (id) => this.#id(id))
      .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, uuid)
      .replaceAll(/(?<=attempt-\d{3}\.)[0-9a-z]{12}(?=\.)/g, 'k2v9x7m4q1d8')
      .replaceAll(/\b[0-9a-f]{64}\b/g, 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, time)
      .replaceAll(/\b\d+ s ago\b/g, 'just now')
      .replaceAll(/after \d+ s\b/g, 'after 1 s')
      .replaceAll(/ ?\[\[[^\]]*\]\]/g, '');
  }

  value(value: unknown, key = ''): unknown {
    if (Object.hasOwn(byKey, key) && value !== null) return byKey[key];
    if (typeof value === 'number') return numbers[key] ?? value;
    if (typeof value === 'string') return this.#string(value, key);
    if (Array.isArray(value)) return value.map((one) => this.value(one, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [this.text(name), this.value(one, name)]),
    );
  }

  #string(text: string, key: string): string {
    if (key === 'at' || key === 'position')
      return text.replace(/^(\d+):\d+$/, '$1:512').replace(/^(\d+):[0-9a-z]{12}$/, '$1:k2v9x7m4q1d8');
    return this.text(text);
  }

  #id(id: string): string {
    if (!this.#seen.includes(id)) this.#seen.push(id);
    const normal = ids[this.#seen.indexOf(id)];
    if (normal === undefined) throw new Error('more tasks than there are names for them');
    return normal;
  }
}
