import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DiskHistory } from './disk-history.ts';
import {
  type ContentChange,
  type FileNode,
  type FolderNode,
  type Node,
  applyContent,
  applyEntries,
  newFile,
  newFolder,
} from './disk-model.ts';
import type { Recording } from './recording.ts';

/** What a power cut leaves of the changes that no fsync covered: none, all, or by a seeded coin for each. */
export type Variant = 'strict' | 'lucky' | { mixed: number };

export interface ReplayOptions {
  /** Power is cut when this many calls of the recording have returned. */
  upTo: number;
  /** A folder that does not exist yet; a root /a/b comes to lie in `<into>/a/b`. */
  into: string;
  variant?: Variant;
  /** What the roots held, all fsynced, before recording began: a copy of each, by root. */
  initial?: Record<string, string>;
}

export interface Replayed {
  /** Where each root of the recording lies now. */
  roots: Record<string, string>;
  /** Paths that others than recorded processes must have made; what they held is not known. */
  unknown: string[];
}

export const mixed = (seed: number): Variant => ({ mixed: seed });

/**
 * Builds what is on the disk after a power cut, in the strict reading of POSIX: an fsync of a file keeps its content and
 * not its name, an fsync of a folder keeps its entries and not what they hold, and a name in a folder that is not
 * reachable is not there. A rename between two folders is lasting in each when that one was fsynced.
 */
export function replay(
  recording: Recording,
  { upTo, into, variant = 'strict', initial = {} }: ReplayOptions,
): Replayed {
  const history = new DiskHistory(recording.roots);
  for (const [root, copy] of Object.entries(initial)) {
    const folder = history.roots.get(root);
    if (!folder) throw new Error(`${root} is not a root of the recording`);
    folder.durable = folderOf(copy).durable;
  }
  for (const call of recording.calls.slice(0, upTo)) history.carryOut(call);
  const fate = fateOf(variant);
  const written = new Map<Node, string>();
  const roots: Record<string, string> = {};
  for (const [root, folder] of history.roots) {
    roots[root] = join(into, root);
    mkdirSync(roots[root], { recursive: true });
    writeFolder(folder, roots[root], fate, written);
  }
  return { roots, unknown: [...history.unknown] };
}

interface Fate {
  content(change: ContentChange): 'kept' | 'lost' | 'zeros';
  entry(operation: symbol): boolean;
}

function fateOf(variant: Variant): Fate {
  if (variant === 'strict') return { content: () => 'lost', entry: () => false };
  if (variant === 'lucky') return { content: () => 'kept', entry: () => true };
  const random = randomFrom(variant.mixed);
  const decided = new Map<symbol, boolean>();
  return {
    content(change) {
      const drawn = random();
      if (drawn < 0.5) return 'kept';
      // The length of a file may be on disk before the blocks are: it then reads as zeros.
      return drawn < 0.75 && change.kind === 'write' ? 'zeros' : 'lost';
    },
    entry(operation) {
      const known = decided.get(operation);
      if (known !== undefined) return known;
      const kept = random() < 0.5;
      decided.set(operation, kept);
      return kept;
    },
  };
}

function writeFolder(folder: FolderNode, place: string, fate: Fate, written: Map<Node, string>): void {
  const entries = new Map(folder.durable);
  for (const change of folder.pending) {
    if (fate.entry(change.operation)) applyEntries(entries, change);
  }
  for (const [name, node] of entries) writeNode(node, join(place, name), fate, written);
  chmodSync(place, folder.mode | 0o700);
}

function writeNode(node: Node, place: string, fate: Fate, written: Map<Node, string>): void {
  const before = written.get(node);
  written.set(node, place);
  switch (node.kind) {
    case 'link':
      return symlinkSync(node.target, place);
    case 'file':
      if (before !== undefined) return linkSync(before, place);
      writeFileSync(place, contentOf(node, fate), { mode: node.mode | 0o400 });
      return chmodSync(place, node.mode);
    case 'folder':
      // A rename of which both ends survive; nothing else gives a folder two names, and no folder lies in itself.
      if (before !== undefined && place.startsWith(`${before}/`)) return;
      mkdirSync(place, { recursive: true });
      return writeFolder(node, place, fate, written);
  }
}

function contentOf(file: FileNode, fate: Fate): Buffer {
  let content = file.durable;
  for (const change of file.pending) {
    const outcome = fate.content(change);
    if (outcome === 'kept') content = applyContent(content, change);
    if (outcome === 'zeros' && change.kind === 'write') {
      content = applyContent(content, { ...change, data: Buffer.alloc(change.data.length) });
    }
  }
  return content;
}

function folderOf(path: string): FolderNode {
  const folder = newFolder(lstatSync(path).mode & 0o7777);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) folder.durable.set(entry.name, folderOf(inner));
    else if (entry.isSymbolicLink())
      folder.durable.set(entry.name, { kind: 'link', target: readlinkSync(inner) });
    else {
      const file = newFile(lstatSync(inner).mode & 0o7777);
      folder.durable.set(entry.name, { ...file, durable: readFileSync(inner) });
    }
  }
  return folder;
}

/** mulberry32, so that a seed gives the same disk on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixedState = Math.imul(state ^ (state >>> 15), state | 1);
    mixedState ^= mixedState + Math.imul(mixedState ^ (mixedState >>> 7), mixedState | 61);
    return ((mixedState ^ (mixedState >>> 14)) >>> 0) / 4294967296;
  };
}
