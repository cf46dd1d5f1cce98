import type { Document, LineCounter, Node, Pair, YAMLMap } from 'yaml';
import { UsageError } from '../errors.ts';

type Yaml = typeof import('yaml');
export type YamlNode = Node | null;

/** Reads typed values out of a parsed YAML file; each error is a UsageError that names file, line and column. */
export class YamlReader {
  readonly #yaml: Yaml;
  readonly #path: string;
  readonly #lines: LineCounter;
  readonly #document: Document;

  constructor(yaml: Yaml, { path, text }: { path: string; text: string }) {
    this.#yaml = yaml;
    this.#path = path;
    this.#lines = new yaml.LineCounter();
    this.#document = yaml.parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const [error] = this.#document.errors;
    if (error)
      this.#fail(error.pos[0], `this is not valid YAML: ${error.message}`, 'Correct the line.', error);
  }

  get root(): YamlNode {
    return this.#document.contents;
  }

  fail(node: YamlNode, message: string, hint: string, cause?: unknown): never {
    this.#fail(node?.range?.[0] ?? 0, message, hint, cause);
  }

  #fail(offset: number, message: string, hint: string, cause?: unknown): never {
    const { line, col } = this.#lines.linePos(offset);
    const where = `${this.#path}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
    throw new UsageError('config_invalid', `${where}: ${message}`, hint, cause ? { cause } : undefined);
  }

  /** The entries of a mapping by key; an empty value has none. */
  entries(node: YamlNode, what: string): { key: string; keyNode: Node; value: YamlNode }[] {
    const resolved = this.#resolve(node);
    if (this.#isEmpty(resolved)) return [];
    if (!this.#yaml.isMap(resolved))
      this.fail(node, `${what} must be a mapping`, 'Write lines of the form `key: value`.');
    return (resolved as YAMLMap<Node, Node | null>).items.map((pair: Pair<Node, Node | null>) => {
      const key = pair.key;
      if (!this.#yaml.isScalar(key)) this.fail(key, 'a key must be plain text', 'Write `key: value`.');
      return {
        key: typeof key.value === 'string' ? key.value : (key.source ?? String(key.value)),
        keyNode: key,
        value: pair.value,
      };
    });
  }

  /** The values of a mapping with fixed keys; any other key is an error. */
  fields<K extends string>(node: YamlNode, what: string, known: readonly K[]): Partial<Record<K, YamlNode>> {
    const fields: Partial<Record<K, YamlNode>> = {};
    for (const { key, keyNode, value } of this.entries(node, what)) {
      const name = known.find((candidate) => candidate === key);
      if (name === undefined) {
        this.fail(keyNode, `${what} has no key ${JSON.stringify(key)}`, `Its keys are ${known.join(', ')}.`);
      }
      if (!this.#isEmpty(this.#resolve(value))) fields[name] = value;
    }
    return fields;
  }

  /** A text that is not empty. */
  text(node: YamlNode, what: string): string {
    const value = this.#scalar(node);
    if (typeof value === 'string' && value.trim() !== '') return value;
    this.fail(
      node,
      `${what} must be text`,
      typeof value === 'string' ? 'Fill it in.' : 'Put the value in quotes.',
    );
  }

  texts(node: YamlNode, what: string): string[] {
    const resolved = this.#resolve(node);
    if (!this.#yaml.isSeq(resolved)) this.fail(node, `${what} must be a list`, 'Write it as `[one, two]`.');
    return resolved.items.map((item) => {
      const value = this.#scalar(item as YamlNode);
      if (typeof value === 'string') return value;
      return this.fail(item as YamlNode, `each of ${what} must be text`, 'Put the value in quotes.');
    });
  }

  /** A text or a number, as it stands in the file. */
  textOrNumber(node: YamlNode, what: string): string {
    const value = this.#scalar(node);
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    this.fail(node, `${what} must be text or a number`, 'Write a single value.');
  }

  #scalar(node: YamlNode): unknown {
    const resolved = this.#resolve(node);
    return this.#yaml.isScalar(resolved) ? resolved.value : undefined;
  }

  #isEmpty(node: YamlNode): boolean {
    return node === null || (this.#yaml.isScalar(node) && node.value === null);
  }

  #resolve(node: YamlNode): YamlNode {
    return this.#yaml.isAlias(node) ? (node.resolve(this.#document) ?? null) : node;
  }
}
