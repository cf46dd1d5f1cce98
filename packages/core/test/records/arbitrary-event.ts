import type { TSchema } from '@sinclair/typebox';
import fc from 'fast-check';
import type { EventKind } from '../../src/index.ts';
import { EventData } from '../../src/records/events.ts';

const someText = fc.oneof(
  { weight: 8, arbitrary: fc.constant('a') },
  { weight: 2, arbitrary: fc.constantFrom('b', '2026-11-21T00:00:00.000Z', '', '../x') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);

/** Values that fit a record's schema; numbers and names are few, so that events hit each other's attempts and questions. */
export function valueOf(schema: TSchema): fc.Arbitrary<unknown> {
  if (schema['const'] !== undefined) return fc.constant(schema['const']);
  if (Array.isArray(schema['anyOf'])) return fc.oneof(...(schema['anyOf'] as TSchema[]).map(valueOf));
  switch (schema['type']) {
    case 'object': {
      if (schema['properties'] === undefined) return fc.dictionary(fc.string(), fc.string());
      const fields = Object.entries(schema['properties'] as Record<string, TSchema>);
      return fc.record(Object.fromEntries(fields.map(([name, field]) => [name, valueOf(field)])));
    }
    case 'array':
      return fc.array(valueOf(schema['items'] as TSchema), { maxLength: 2 });
    case 'string':
      if (schema['pattern'] === '^[0-9]{3,}$')
        return fc.constantFrom('001', '002', '0002', '99999999999999999999');
      if (schema['pattern'] === '^[0-9a-z]+$') return fc.constantFrom('000000000abcde', 'x');
      return someText;
    case 'integer': {
      const least = (schema['minimum'] as number | undefined) ?? 0;
      return fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: least, max: least + 2 }) },
        { weight: 1, arbitrary: fc.constant(Number.MAX_SAFE_INTEGER) },
      );
    }
    case 'number':
      return fc.constantFrom(
        1,
        2.5,
        1000,
        5e-324,
        1.7e308,
        ...(schema['exclusiveMinimum'] === undefined ? [0, -1.7e308] : []),
      );
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      throw new Error(`no arbitrary for ${JSON.stringify(schema)}`);
  }
}

/** The kind and data of an event that fits its schema. */
export function validEvent(kind: EventKind): fc.Arbitrary<{ kind: EventKind; data: unknown }> {
  return valueOf(EventData[kind]).map((data) => ({ kind, data }));
}

const kinds = Object.keys(EventData) as EventKind[];
const oftenKinds: EventKind[] = [
  'attempt_started',
  'attempt_ended',
  'attempt_claimed',
  'question_asked',
  'question_answered',
  'answer_taken',
];

export const anyValidEvent = fc
  .oneof(
    { weight: 2, arbitrary: fc.constantFrom(...oftenKinds) },
    { weight: 3, arbitrary: fc.constantFrom(...kinds) },
  )
  .filter((kind) => kind !== 'pruned')
  .chain(validEvent);

/** What a broken or hostile writer may leave: other data, other kinds, no event at all, no JSON. */
export const garbageLine: fc.Arbitrary<string> = fc.oneof(
  fc.json().map((text) => text.replaceAll('\n', ' ')),
  fc.string().map((text) => text.replaceAll('\n', ' ')),
  fc.constantFrom('', '#', '\0\0\0', '{', '{"sequence":', 'null', '[]', '{"sequence":2}', '\ufeff{}'),
  fc
    .record({
      sequence: fc.oneof(fc.integer({ min: -1, max: 9 }), fc.constantFrom(1.5, 1e300, '2', null)),
      timestamp: fc.constantFrom('t', 5),
      kind: fc.constantFrom(...kinds, '__proto__', 'constructor'),
      message: fc.constantFrom('m', null),
      nonce: fc.constantFrom('', 5),
      data: fc.jsonValue(),
    })
    .map((line) => JSON.stringify(line)),
);
