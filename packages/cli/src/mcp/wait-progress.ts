import { callCommand } from './command-call.ts';
import type { Served } from './served.ts';
import type { Call } from './tools.ts';

const firstMs = 1000;
const everyMs = 5000;

/** Tells the client now and then how the tasks stand that are waited for, until the returned function is called. */
export function tellProgress(
  { ids }: Readonly<Record<string, unknown>>,
  { progress, signal }: Call,
  { outside, root }: Served,
): () => void {
  if (progress === null || !Array.isArray(ids)) return () => undefined;
  let over = false;
  const tell = async (): Promise<void> => {
    const lines: string[] = [];
    for (const id of ids) {
      const { shown } = await callCommand(() => ['status', '--', String(id)], { outside, root, signal });
      if (shown !== null) lines.push(shown.split('\n')[0] ?? '');
    }
    if (over) return;
    if (lines.length > 0) progress(lines.join('; '));
    timer = setTimeout(() => void tell(), everyMs);
  };
  let timer = setTimeout(() => void tell(), firstMs);
  return () => {
    over = true;
    clearTimeout(timer);
  };
}
