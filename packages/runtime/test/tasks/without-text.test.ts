import { afterEach, beforeEach, expect, it } from 'vitest';
import { answerQuestion } from '../../src/index.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';

let store: StoreInAFolder;

beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

it('a program that gives no text is refused, whatever the command line would have seen to', async () => {
  await expect(store.run('exit 0', { prompt: ' \n' })).rejects.toMatchObject({ code: 'prompt_empty' });
  const { task_id: id } = await store.run('exit 0');
  expect(() => answerQuestion(store.dispatcher(), id, { message: ' ', question: null })).toThrow(
    expect.objectContaining({ code: 'answer_empty' }),
  );
});
