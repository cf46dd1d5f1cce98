import type { AskCandidates } from './completion.ts';

const freshMs = 5000;

/** Asks once for what is typed within a few seconds: pi asks at each key. What cannot be found out is nothing. */
export function rememberCandidates(ask: AskCandidates, now: () => number = Date.now): AskCandidates {
  const answers = new Map<string, { at: number; answer: Promise<unknown> }>();
  return (words) => {
    const key = JSON.stringify(words);
    const known = answers.get(key);
    if (known !== undefined && now() - known.at < freshMs) return known.answer;
    const answer = ask(words).catch(() => null);
    answers.set(key, { at: now(), answer });
    return answer;
  };
}
