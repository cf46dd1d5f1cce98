import { expect, it } from 'vitest';
import { backendTypes, findBackend, findBackendType } from '../src/index.ts';

it('finds every type by its name and by its aliases', () => {
  expect(backendTypes).toEqual(['generic', 'codex', 'claude', 'pi', 'cursor-agent']);
  expect(backendTypes.map((type) => findBackend(type)?.type)).toEqual(backendTypes);
  expect(findBackendType('claude-code')).toBe('claude');
  expect(findBackend('claude-code')?.type).toBe('claude');
  expect(['cursor', 'agent'].map(findBackendType)).toEqual(['cursor-agent', 'cursor-agent']);
  expect(findBackendType('constructor')).toBeNull();
  expect(findBackend('constructor')).toBeNull();
});

it('fits the generic backend to the arguments of its command', () => {
  expect(findBackend('generic', ['{session_id}'])?.sessions).toBe('preallocated');
  expect(findBackend('generic')?.sessions).toBe('none');
});
