// What is published is printed from the schemas; the compiler says here that it is what the schema library makes of them.
import type { Static } from '@sinclair/typebox';
import { expectTypeOf, test } from 'vitest';
import type {
  Attempt,
  EventDataOf,
  EventKind,
  Grant,
  KeyFile,
  Question,
  Settings,
  Snapshot,
  Task,
} from '../../src/index.ts';
import type { EventData } from '../../src/records/events.ts';
import type * as files from '../../src/records/files.ts';
import type * as task from '../../src/records/task.ts';
import type * as vocabulary from '../../src/records/vocabulary.ts';

test('types of records are those of their schemas', () => {
  expectTypeOf<Task>().toEqualTypeOf<Static<typeof task.Task>>();
  expectTypeOf<Snapshot>().toEqualTypeOf<Static<typeof task.Snapshot>>();
  expectTypeOf<Attempt>().toEqualTypeOf<Static<typeof task.Attempt>>();
  expectTypeOf<Question>().toEqualTypeOf<Static<typeof task.Question>>();
  expectTypeOf<Settings>().toEqualTypeOf<Static<typeof vocabulary.Settings>>();
  expectTypeOf<Grant>().toEqualTypeOf<Static<typeof files.Grant>>();
  expectTypeOf<KeyFile>().toEqualTypeOf<Static<typeof files.KeyFile>>();
});

test('so is what an event of each kind carries', () => {
  expectTypeOf<EventKind>().toEqualTypeOf<keyof typeof EventData>();
  expectTypeOf<{ [K in EventKind]: EventDataOf<K> }>().toEqualTypeOf<{
    [K in keyof typeof EventData]: Static<(typeof EventData)[K]>;
  }>();
});
