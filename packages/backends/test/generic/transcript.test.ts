import { expect, it } from 'vitest';
import { genericBackend } from '../../src/generic/index.ts';
import { eventsOf, summaryOf } from '../recordings.ts';

it('gives every line as output and decides nothing by it', () => {
  const bytes = Buffer.from('{"type":"result","subtype":"success"}\n\nlast');
  const events = eventsOf(genericBackend([]), [bytes]);
  expect(events).toEqual([
    { position: 0, type: 'output', text: '{"type":"result","subtype":"success"}' },
    { position: 38, type: 'output', text: '' },
    { position: 39, type: 'output', text: 'last' },
  ]);
  expect(summaryOf(events)).toMatchObject({ turn: 'none', established: false, last_message: null });
  expect(eventsOf(genericBackend([]), [bytes], 'signals')).toEqual([]);
});
