import type { AskCandidates } from './completion.ts';

const freshMs = 5000;

/** Asks once for what is typed within a few seconds: pi asks at each key. What cannot be found out is nothing. */
export function rememberCandidates(ask: AskCandidates, now: () => number = Date.now): AskCandidates {
  // Of the last alone: who types on asks the same again, and a session may last for weeks.
  let last: { key: string; at: number; answer: Promise<unknown> } | null = null;
  return (words) => {
    const key = JSON.stringify(words);
    if (last?.key === key && now() - last.at < freshMs) return last.answer;
    const answer = ask(words).catch(() => null);
    last = { key, at: now(), answer };
    return answer;
  };
}
