// One table: every behaviour that dispatch promises, of every agent that it knows. `npm run compatibility` makes a page of it.
import { findBackend } from '@dispatch/backends';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ModelServer } from '../harness/index.ts';
import {
  cleanUp,
  installAgents,
  installClaude21250,
  installPi087,
  startModelServer,
} from '../harness/index.ts';
import { agents } from './agents.ts';
import { endings } from './endings.ts';
import { failures } from './failures.ts';
import { host } from './host.ts';
import { lifecycle } from './lifecycle.ts';
import { modes } from './modes.ts';
import { openCell, passes, type Behaviour } from './outcome.ts';
import { prompts } from './prompts.ts';
import { cellsOf, Results, tellSample } from './results.ts';

const behaviours: readonly Behaviour[] = [
  ...lifecycle,
  ...prompts,
  ...modes,
  ...failures,
  ...endings,
  ...host,
];

/** Besides the modes. */
const cellsOfASample = 6;

let model: ModelServer;
const results = new Results();

beforeAll(async () => {
  tellSample('conformance', cellsOfASample);
  await Promise.all([installAgents(), installClaude21250(), installPi087()]);
  model = await startModelServer();
}, 300_000);
// Not after each: the cells of an agent are tried side by side, for most of their time is waiting.
afterAll(async () => {
  await cleanUp();
  await model.close();
  results.write('agents', {
    columns: agents.map(({ id, program }) => ({ id, program })),
    rows: behaviours.map(({ title }) => title),
    backends: [...new Set(agents.map(({ backend }) => backend))].map(factsOf),
  });
});

describe.each(agents.map((agent) => ({ id: agent.id, agent })))('$id', ({ id, agent }) => {
  const cells = behaviours.map((behaviour, at) => ({
    ...behaviour,
    at,
    expected: behaviour.outcome?.(agent) ?? passes,
  }));
  const isTried = ({ expected }: (typeof cells)[number]) =>
    expected.kind !== 'cannot' && expected.kind !== 'not_run';
  for (const { title, expected } of cells.filter((cell) => !isTried(cell))) results.keep(title, id, expected);
  const tried = cells.filter(isTried);
  for (const { title, run, at, expected } of cellsOf(tried, cellsOfASample, id))
    test.concurrent(title, () =>
      results.try(title, id, expected, async () => run(await openCell(agent, model, String(at)))),
    );
});

/** What a backend says of itself, for the page. */
function factsOf(type: string): object {
  const { measured_versions, modes: facts } = findBackend(type)!;
  return { type, measured_versions, modes: facts };
}
