import { isDeepStrictEqual } from 'node:util';
import type { Document, Node, Pair, YAMLMap } from 'yaml';

type Yaml = typeof import('yaml');

export type YamlValue = string | readonly string[];

/** Where a value stands: the keys that lead to it, the outermost first. */
export type YamlPath = readonly [string, ...string[]];

/** The text cannot be edited so that nothing else changes: what is meant is shared by an anchor. */
export class SharedValue extends Error {}

/**
 * Edits the text of a YAML mapping in place: what is not changed keeps its comments, order, quotes and blank lines to the
 * byte. Takes valid YAML only. What it cannot splice it writes anew, comments and order kept as far as the library keeps
 * them; each edit is read again and compared before it counts. Throws SharedValue where that fails.
 */
export class YamlEditor {
  readonly #yaml: Yaml;
  #text: string;

  constructor(yaml: Yaml, text: string) {
    this.#yaml = yaml;
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  set(path: YamlPath, value: YamlValue): void {
    const document = this.#parse();
    const all = document.toJS() as unknown;
    if (isDeepStrictEqual(valueAt(all, path), value)) return;
    const wanted = withValue(all, path, value);
    this.#take(this.#spliced(document, path, value), wanted, (whole) => whole.setIn(path, value));
  }

  /** Removes a value, and a mapping that is left without any. */
  remove(path: YamlPath): void {
    const document = this.#parse();
    const all = document.toJS() as unknown;
    if (valueAt(all, path) === undefined) return;
    const emptied = emptiedBy(all, path);
    const wanted = withValue(all, emptied, undefined);
    this.#take(this.#cut(document, emptied), wanted, (whole) => whole.deleteIn(emptied));
  }

  /** As the file writes it: no value is taken for a number or for nothing. */
  #parse(text = this.#text): Document {
    return this.#yaml.parseDocument(text, { schema: 'failsafe' });
  }

  #take(text: string | null, wanted: unknown, rewrite: (document: Document) => void): void {
    if (text !== null && this.#reads(text, wanted)) {
      this.#text = text;
      return;
    }
    const rewritten = this.#rewritten(rewrite);
    if (rewritten === null || !this.#reads(rewritten, wanted)) throw new SharedValue();
    this.#text = rewritten;
  }

  /** As the library writes it; null where it cannot, for what stands there is an alias or its anchor. */
  #rewritten(rewrite: (document: Document) => void): string | null {
    const document: Document = this.#yaml.parseDocument(this.#text);
    if (!this.#yaml.isMap(document.contents)) document.contents = document.createNode({});
    try {
      rewrite(document);
      return document.toString({ lineWidth: 0 });
    } catch {
      return null;
    }
  }

  #reads(text: string, wanted: unknown): boolean {
    const document = this.#parse(text);
    try {
      return document.errors.length === 0 && isDeepStrictEqual(document.toJS() ?? {}, wanted);
    } catch {
      // An alias whose anchor is gone.
      return false;
    }
  }

  /** The text with the value in it, null where it cannot be put there alone. */
  #spliced(document: Document, path: YamlPath, value: YamlValue): string | null {
    let node = document.contents as Node | null;
    if (node === null || this.#isEmpty(node)) {
      const marker = /^\.\.\.\s*$/m.exec(this.#text);
      return this.#insert(marker?.index ?? this.#text.length, '', path, value);
    }
    for (const [depth, key] of path.entries()) {
      const rest = path.slice(depth) as unknown as YamlPath;
      const map = this.#blockMap(node);
      if (map === null) return this.#inOneLine(document, node, rest, value);
      const pair = pairOf(map, key);
      if (pair === null)
        return this.#insert(this.#lineEnd(contentEnd(map, this.#text)), this.#indentOf(map), rest, value);
      if (depth === path.length - 1) return this.#replace(pair, key, value);
      // `models:` with nothing behind it.
      if (pair.value === null || this.#isEmpty(pair.value)) {
        const { end } = this.#linesOf(pair);
        return this.#insert(
          end,
          `${this.#indentOf(map)}  `,
          path.slice(depth + 1) as unknown as YamlPath,
          value,
        );
      }
      node = pair.value;
    }
    return null;
  }

  /** `{ a: b }`, `{}` or `*anchor` with a value put in or taken out. */
  #inOneLine(document: Document, node: Node, path: YamlPath, value: YamlValue | undefined): string | null {
    const [start, end] = node.range!;
    // What is written over several lines may hold comments.
    if (this.#slice(start, end).includes('\n')) return null;
    const changed = withValue(node.toJS(document), path, value);
    return this.#slice(0, start) + this.#inLine(changed) + this.#slice(end);
  }

  #replace(pair: Pair<Node, Node | null>, key: string, value: YamlValue): string {
    const old = pair.value;
    const [start, end] = old?.range ?? pair.key.range!;
    if (!this.#yaml.isScalar(old) || this.#slice(start, end).includes('\n'))
      return this.#replaceLines(pair, key, value);
    const space = start === end ? ' ' : '';
    return this.#slice(0, start) + space + this.#inLine(value) + this.#slice(end);
  }

  #replaceLines(pair: Pair<Node, Node | null>, key: string, value: YamlValue): string {
    const { start, end } = this.#linesOf(pair);
    const indent = this.#slice(start, pair.key.range![0]);
    return this.#slice(0, start) + this.#rendered(indent, [key], value) + this.#slice(end);
  }

  #cut(document: Document, path: YamlPath): string | null {
    let node = document.contents as Node;
    for (const [depth, key] of path.entries()) {
      const map = this.#blockMap(node);
      if (map === null)
        return this.#inOneLine(document, node, path.slice(depth) as unknown as YamlPath, undefined);
      const pair = pairOf(map, key)!;
      if (depth === path.length - 1) {
        const { start, end } = this.#linesOf(pair);
        return this.#slice(0, start) + this.#slice(end);
      }
      node = pair.value!;
    }
    return null;
  }

  #insert(at: number, indent: string, path: YamlPath, value: YamlValue): string {
    const before = this.#slice(0, at);
    const newline = before === '' || before.endsWith('\n') ? '' : this.#newline;
    return before + newline + this.#rendered(indent, path, value) + this.#slice(at);
  }

  /** Whole lines: `a:`, below it `  b:`, below it `    c: value`. */
  #rendered(indent: string, path: YamlPath, value: YamlValue): string {
    const lines = path.map((key, depth) => {
      const end = depth === path.length - 1 ? ` ${this.#inLine(value)}` : '';
      return `${indent}${'  '.repeat(depth)}${this.#inLine(key)}:${end}${this.#newline}`;
    });
    return lines.join('');
  }

  /** A value in one line, whatever is in it. */
  #inLine(value: unknown): string {
    const options = { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false } as const;
    const text = this.#yaml.stringify(value, options).trimEnd();
    return text.includes('\n') ? JSON.stringify(value) : text;
  }

  #linesOf(pair: Pair<Node, Node | null>): { start: number; end: number } {
    const start = this.#text.lastIndexOf('\n', pair.key.range![0] - 1) + 1;
    return { start, end: this.#lineEnd(pairEnd(pair, this.#text)) };
  }

  /** Just behind the newline of the line in which `at` is. */
  #lineEnd(at: number): number {
    const newline = this.#text.indexOf('\n', at);
    return newline === -1 ? this.#text.length : newline + 1;
  }

  #blockMap(node: unknown): YAMLMap<Node, Node | null> | null {
    if (!this.#yaml.isMap(node) || node.flow === true || node.items.length === 0) return null;
    return node as YAMLMap<Node, Node | null>;
  }

  #isEmpty(node: Node): boolean {
    return this.#yaml.isScalar(node) && node.value === '' && node.range![0] === node.range![1];
  }

  #indentOf(map: YAMLMap<Node, Node | null>): string {
    const { start } = this.#linesOf(map.items[0]!);
    return this.#slice(start, map.items[0]!.key.range![0]);
  }

  get #newline(): string {
    return this.#text.includes('\r\n') ? '\r\n' : '\n';
  }

  #slice(from: number, to?: number): string {
    return this.#text.slice(from, to);
  }
}

function pairOf(map: YAMLMap<Node, Node | null>, key: string): Pair<Node, Node | null> | null {
  return map.items.find((pair) => String(pair.key) === key) ?? null;
}

/** Behind the last character of its own: comments and blank lines below it belong to what follows. */
function pairEnd(pair: Pair<Node, Node | null>, text: string): number {
  const end = Math.max(pair.value?.range?.[1] ?? 0, pair.key.range![1]);
  return text.slice(0, end).trimEnd().length;
}

function contentEnd(map: YAMLMap<Node, Node | null>, text: string): number {
  return pairEnd(map.items.at(-1)!, text);
}

/** The path itself, or that of the outermost mapping that would be left empty. */
function emptiedBy(all: unknown, path: YamlPath): YamlPath {
  for (let depth = path.length - 1; depth > 0; depth -= 1) {
    const outer = valueAt(all, path.slice(0, depth));
    if (Object.keys(outer as object).length > 1) return path.slice(0, depth + 1) as unknown as YamlPath;
  }
  return [path[0]];
}

function valueAt(all: unknown, path: readonly string[]): unknown {
  let value = all;
  for (const key of path) value = isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withValue(old: unknown, [key, ...rest]: readonly string[], value: YamlValue | undefined): unknown {
  if (key === undefined) return value;
  const others = Object.entries(isMap(old) ? old : {}).filter(([name]) => name !== key);
  const inner = withValue(isMap(old) ? old[key] : undefined, rest, value);
  return Object.fromEntries(inner === undefined ? others : [...others, [key, inner]]);
}
