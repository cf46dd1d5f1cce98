/** What a command printed with `--json`. */
export type Envelope =
  { ok: true; data: unknown } | { ok: false; error: { code: string; message: string; hint: string | null } };

/** Null where it is no document of dispatch: something else was started, or it was killed. */
export function readEnvelope(printed: string): Envelope | null {
  const value = parseJson(printed);
  if (!isRecord(value)) return null;
  if (value.ok === true) return 'data' in value ? { ok: true, data: value.data } : null;
  if (value.ok !== false || !isRecord(value.error)) return null;
  const { code, message, hint } = value.error;
  if (typeof code !== 'string' || typeof message !== 'string') return null;
  return { ok: false, error: { code, message, hint: typeof hint === 'string' ? hint : null } };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
