import type { Stage } from './scripted-agent.ts';

/** A line of `watch --json`. */
export interface Told {
  type: string;
  task_id: string;
  position: string;
  is_current: boolean;
  question: { question: string } | null;
}

/** What a `watch` has told, of all that it has printed. */
export function linesOf(stdout: string): Told[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Told & { ok?: boolean })
    .filter(({ ok }) => ok === undefined);
}

/** All that a host is told that asks now. */
export async function hear(stage: Stage, ...args: string[]): Promise<Told[]> {
  const ended = await stage.type(['watch', '--timeout', '0.001', ...args]);
  if (ended.exitCode !== 0) throw new Error(`exit ${ended.exitCode}: ${ended.stdout}${ended.stderr}`);
  return linesOf(ended.stdout);
}
