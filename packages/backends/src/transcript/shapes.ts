/** Values inside an agent's records; whatever has another shape than expected is null or empty, never an error. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function asRecord(value: unknown): JsonRecord | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : null;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function asNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The text of a content field: a string, or a list of parts of which those with text count. */
export function contentText(value: unknown): string {
  if (typeof value === 'string') return value;
  return asList(value)
    .map((part) => asText(asRecord(part)?.text))
    .filter((text) => text !== null)
    .join('\n');
}

/**
 * All tokens that were read, for agents that count cached ones apart: the first name is what is always told, null where
 * it is not.
 */
export function withCached(usage: JsonRecord | null, [plain, ...cached]: readonly string[]): number | null {
  const read = asNumber(usage?.[plain ?? '']);
  if (read === null) return null;
  return cached.reduce((sum, name) => sum + (asNumber(usage?.[name]) ?? 0), read);
}
