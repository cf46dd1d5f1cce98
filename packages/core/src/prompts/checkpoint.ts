import { delimit } from './delimit.ts';

/** What a worker without the memory of those before it is given to go on from. Texts may be of any length. */
export interface WorkCheckpoint {
  /** How many attempts there were before. */
  attempts: number;
  /** How the last of them ended, in a few words. */
  ending: string;
  /** Text of `plan.md` and of `context.md`; null where there is none. */
  plan: string | null;
  context: string | null;
  /** What was said in the attempts before, oldest first. */
  said: { attempt: number; by: 'user' | 'worker'; text: string }[];
  /** What differs in the workspace since the task began; null where that is not known. */
  changes: { paths: string[]; diff: string } | null;
}

const limits = { plan: 24_000, context: 24_000, said: 4_000, saidInAll: 16_000, paths: 200, diff: 32_000 };

/**
 * One part of a prompt: what is left of the work before, each text between lines that name it and cut where it is too
 * long. With `inline: false` files are pointed to, and only the list of changes and the last words are kept, shorter.
 */
export function renderCheckpoint(
  checkpoint: WorkCheckpoint,
  { taskDir, inline }: { taskDir: string; inline: boolean },
): string {
  const { attempts, ending } = checkpoint;
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  const parts = [
    `This task was worked on before, ${times}; the last attempt ended so: ${ending}. You have no memory of that work: ` +
      'what stands here is all that is handed on of it, as it was left. Some of it may be half done or out of date. ' +
      `Look at the working tree and at ${taskDir} (plan.md, context.md, output.md, and mailbox/ with every question ` +
      'and its answer) first, do not repeat what is done, then go on.',
    ...renderNotes(checkpoint, { taskDir, inline }),
    ...renderSaid(checkpoint.said, inline),
    ...renderChanges(checkpoint.changes, inline),
  ];
  return parts.join('\n\n');
}

function renderNotes(
  { plan, context }: WorkCheckpoint,
  { taskDir, inline }: { taskDir: string; inline: boolean },
): string[] {
  const notes = [
    { name: 'plan.md', tag: 'plan', text: plan, limit: limits.plan },
    { name: 'context.md', tag: 'context', text: context, limit: limits.context },
  ];
  return notes.flatMap(({ name, tag, text, limit }) => {
    if (text === null || text.trim() === '') return [];
    if (!inline) return [`Read ${taskDir}/${name}, which the worker before you has left.`];
    return [`${name} as it stands:\n${delimit(tag, beginningOf(text, limit, `${taskDir}/${name}`))}`];
  });
}

/** The newest words count most, so the oldest are the first to go. */
function renderSaid(said: WorkCheckpoint['said'], inline: boolean): string[] {
  const [each, all] = inline ? [limits.said, limits.saidInAll] : [1_000, 3_000];
  const kept: string[] = [];
  let length = 0;
  for (const { attempt, by, text } of [...said].reverse()) {
    const words = beginningOf(text.trim(), each, null);
    length += words.length;
    if (length > all) break;
    kept.unshift(
      by === 'user'
        ? `The user's message to attempt ${attempt}:\n${delimit('message', words)}`
        : `The last message of the worker of attempt ${attempt}:\n${delimit('worker', words)}`,
    );
  }
  return kept;
}

function renderChanges(changes: WorkCheckpoint['changes'], inline: boolean): string[] {
  if (changes === null) return ['What was changed in the workspace is not known; see for yourself.'];
  const { paths, diff } = changes;
  if (paths.length === 0) return ['Nothing differs in the workspace since the task began.'];
  const most = inline ? limits.paths : 60;
  const list = paths.slice(0, most).join('\n');
  const more = paths.length > most ? ` (the first ${most} of ${paths.length})` : '';
  const files = `Files that differ in the workspace since the task began${more}:\n${delimit('changed', list)}`;
  if (!inline || diff.trim() === '') return [files];
  return [files, `The differences in files that git knows:\n${delimit('diff', beginningOf(diff, limits.diff, null))}`];
}

function beginningOf(text: string, limit: number, path: string | null): string {
  if (text.length <= limit) return text;
  // Never between the halves of a surrogate pair.
  const cut = text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '');
  return `${cut}\n[cut here${path === null ? '' : `; all of it is in ${path}`}]`;
}
