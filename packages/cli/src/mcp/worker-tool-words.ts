import type { WorkerTool } from '@dispatch/core';
import type { ToolWords } from './tools.ts';

/** None of them reaches beyond the task's own folder, but the first: it waits for a person. */
const ownFolder = { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false };

/** What the worker is told of its tools. */
export const workerToolWords: Readonly<Record<WorkerTool, Omit<ToolWords, 'name'>>> = {
  ask_user: {
    title: 'Ask the user',
    description:
      'Puts a question to the user, waits for the answer and returns it. Only if you need it to go on. If no answer came ' +
      'in time, the result says what to do. If the call is cut off, make it again with the same words: it waits for the ' +
      'answer to the same question.',
    inputSchema: {
      type: 'object',
      additionalProperties: false,
      properties: { question: { type: 'string', description: 'all that the user needs to answer it' } },
      required: ['question'],
    },
    annotations: { ...ownFolder, openWorldHint: true },
  },
  report_progress: {
    title: 'Report progress',
    description:
      'Tells the user in one sentence how far you have come. Each report takes the place of the one before. Nobody ' +
      'answers; for questions there is ask_user.',
    inputSchema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        message: { type: 'string', description: 'one sentence; of more than 500 bytes the beginning' },
      },
      required: ['message'],
    },
    annotations: ownFolder,
  },
  set_plan_item: {
    title: 'Set the mark of a plan item',
    description:
      'Sets the mark of one checklist item of plan.md and leaves everything else of that file as it is.',
    inputSchema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        item: {
          type: ['string', 'integer'],
          description:
            'its number in plan.md, counted from 1, or its text, or a part of it that no other item has',
        },
        state: { type: 'string', enum: ['pending', 'in_progress', 'done', 'blocked', 'failed'] },
      },
      required: ['item', 'state'],
    },
    annotations: ownFolder,
  },
  finish: {
    title: 'Say that all is done',
    description:
      'As your last act, when all is done: writes output.md, if output is given, and creates mailbox/.done. Refused ' +
      'while a task that has a plan to keep has items that are not done.',
    inputSchema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        output: {
          type: 'string',
          description: 'the result that was asked for; takes the place of output.md',
        },
      },
    },
    annotations: ownFolder,
  },
};
