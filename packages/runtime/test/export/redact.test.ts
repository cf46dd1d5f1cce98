import { expect, test } from 'vitest';
import { redact, secretsOf } from '../../src/export/redact.ts';

test.each([
  'sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789',
  'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
  'github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz',
  'xoxb-1234567890-abcdefghijkl',
  'AKIAIOSFODNN7EXAMPLE',
  'AIzaSyA-abcdefghijklmnopqrstuvwxyz01234',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N',
  '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----',
])('a key is taken out by its form: %s', (secret) => {
  const { text, count } = redact(`before ${secret} after`, []);
  expect(text).toBe('before [removed] after');
  expect(count).toBe(1);
});

test.each([
  ['Authorization: Bearer abcdefghijkl.mnop', 'Authorization: Bearer [removed]'],
  ['postgres://me:hunter22@db/x', 'postgres://me:[removed]@db/x'],
  ['{"api_key":"abcdef123456"}', '{"api_key":"[removed]"}'],
  ['PASSWORD=hunter2hunter2 next', 'PASSWORD=[removed] next'],
])('so is a value behind a name: %s', (text, expected) => {
  expect(redact(text, []).text).toBe(expected);
});

test('what is known by its value goes wherever it stands, in JSON too', () => {
  const secrets = secretsOf({ MY_TOKEN: 'line "one"\nand two', HOME: '/h/someone', A_KEY: 'short' });
  expect(secrets).toEqual(['line "one"\nand two']);
  const json = JSON.stringify({ said: `x ${secrets[0]} y` });
  expect(redact(json, secrets)).toEqual({ text: '{"said":"x [removed] y"}', count: 1 });
});

test('a mention of a private key takes nothing with it; one that was cut off goes as far as it is there', () => {
  const first = '-----BEGIN RSA PRIVATE KEY-----';
  expect(redact(`x ${first} is what I grep for\nmore`, []).text).toBe('x [removed]is what I grep for\nmore');
  expect(redact(`${first}\n${'Ab1+'.repeat(16)}\n${'Cd2/'.repeat(16)}\nnext line`, []).text).toBe(
    '[removed]next line',
  );
});

test.each([
  'The token count is 12, the key is in the door, password reset works.',
  '{"input_tokens":24763,"output_tokens":122,"sequence":4}',
  'git commit 0199a21381c078008aa1bbab2a035a53',
  'https://example.com/a?b=c',
])('other words stay: %s', (text) => {
  expect(redact(text, [])).toEqual({ text, count: 0 });
});
