import { isRecord } from './envelope.ts';

/** Any value of JSON as indented lines of `name: value`. */
export function outline(value: unknown, indent = ''): string[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return [`${indent}none`];
    if (value.every((one) => !isNested(one))) return [`${indent}${value.map(scalar).join(', ')}`];
    return value.flatMap((one) => {
      const [first = '', ...others] = outline(one, `${indent}  `);
      return [`${indent}- ${first.trimStart()}`, ...others];
    });
  }
  if (!isRecord(value))
    return scalar(value)
      .split('\n')
      .map((line) => indent + line);
  return Object.entries(value).flatMap(([name, inner]) => {
    const lines = outline(inner, `${indent}  `);
    return isNested(inner) || lines.length > 1
      ? [`${indent}${name}:`, ...lines]
      : [`${indent}${name}: ${lines[0]!.trimStart()}`];
  });
}

function isNested(value: unknown): boolean {
  return isRecord(value) ? Object.keys(value).length > 0 : Array.isArray(value) && value.length > 0;
}

function scalar(value: unknown): string {
  if (value === null || isRecord(value)) return 'none';
  return String(value);
}
