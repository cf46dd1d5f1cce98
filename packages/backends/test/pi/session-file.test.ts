import { expect, it } from 'vitest';
import { holdsHistory } from '../../src/pi/session-file.ts';
import { log } from '../recordings.ts';

const header = { type: 'session', version: 3, id: '01a2', cwd: '/repo' };
const model = { type: 'model_change', id: 'a', parentId: null, provider: 'stub', modelId: 'm' };
const message = (role: string) => ({ type: 'message', id: role, message: { role, content: [] } });

it.each([
  [true, 'a conversation', log(header, model, message('user'), message('assistant'))],
  [true, 'one whose first answer failed', log(header, message('system'), message('user'))],
  [true, 'a torn last line', Buffer.concat([log(header, message('user')), Buffer.from('{"type":"mess')])],
  [true, 'a line of rubbish between', Buffer.concat([log(header), Buffer.from('x\n'), log(message('user'))])],
  [false, 'an empty file', Buffer.alloc(0)],
  [false, 'a header alone, as both versions write into an empty file', log(header, model)],
  [false, 'no header, which 0.73.1 overwrites', log(message('user'))],
  [false, 'no session of pi at all', Buffer.from('garbage\n')],
  [
    false,
    'a user only in words',
    log(header, { type: 'message', message: { role: 'assistant', content: 'user' } }),
  ],
  [false, 'no record', log(header, null, 1, 'user', { type: 'message', message: null })],
])('%s: %s', (expected, _name, bytes) => {
  expect(holdsHistory(bytes)).toBe(expected);
  expect(holdsHistory(Buffer.concat([Buffer.from('before'), bytes]).subarray(6))).toBe(expected);
});
