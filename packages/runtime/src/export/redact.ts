/** What stands in the place of a secret. */
export const removed = '[removed]';

/** Names of variables whose values are nobody else's business. */
const secretName = /key|token|secret|passw|credential|auth|cookie|session_?id|private/i;
/** Shorter values are words of every text. */
const shortestSecret = 8;

/** Forms that keys of well-known services have, and values behind a name that says what they are. */
const forms: readonly [form: RegExp, put: string][] = [
  // Whole, or its first line with what follows of its kind where the end is missing.
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[\s\S]{0,10000}?-----END [A-Z ]*PRIVATE KEY-----|(?:[A-Za-z0-9+/=]{20,}|\s|\\n)*)/g,
    removed,
  ],
  [/\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}/g, removed],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|npm_|hf_)[A-Za-z0-9_-]{10,}/g, removed],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, removed],
  [/\bAIza[A-Za-z0-9_-]{30,}/g, removed],
  [/\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*/g, removed],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9+/._~=-]{12,}/gi, `$1 ${removed}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@"']+):[^\s/@"']+@/gi, `$1:${removed}@`],
  [
    /((?:api[_-]?key|access[_-]?key|token|secret|password|passwd|pwd)["']?\s*[=:]\s*["']?)[^\s"',;)}\]]{6,}/gi,
    `$1${removed}`,
  ],
];

export interface Redacted {
  text: string;
  /** How many places were replaced. */
  count: number;
}

/** Values of an environment that are taken out wherever they stand. */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).flatMap(([name, value = '']) =>
    secretName.test(name) && value.length >= shortestSecret ? [value] : [],
  );
}

/** Takes secrets out of a text. What has no known form and is no known value stays: whoever sends it has to read it. */
export function redact(text: string, secrets: readonly string[]): Redacted {
  let count = 0;
  let result = text;
  // The longest first: one may be a part of another.
  for (const secret of [...new Set(secrets)].sort((one, other) => other.length - one.length)) {
    // As it stands in JSON, too.
    for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1)])) {
      const parts = result.split(form);
      count += parts.length - 1;
      result = parts.join(removed);
    }
  }
  for (const [form, put] of forms)
    result = result.replace(form, (...match: unknown[]) => {
      count += 1;
      return put.replace('$1', String(match[1]));
    });
  return { text: result, count };
}
