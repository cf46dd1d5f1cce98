/**
 * Files and folders as a disk under a cache: what was fsynced (`durable`) and the changes that came after it
 * (`pending`). A folder's entries are such changes too, and lasting only when the folder itself was fsynced.
 */

export type ContentChange =
  | { kind: 'write'; at: bigint; offset: number; data: Buffer }
  | { kind: 'truncate'; at: bigint; length: number };

/** Entries set (a node) or removed (undefined) together; `operation` is the same in both folders of one rename. */
export interface EntryChange {
  at: bigint;
  operation: symbol;
  entries: [name: string, node: Node | undefined][];
}

export interface FileNode {
  kind: 'file';
  mode: number;
  durable: Buffer;
  pending: ContentChange[];
}

export interface FolderNode {
  kind: 'folder';
  mode: number;
  durable: Map<string, Node>;
  pending: EntryChange[];
}

export interface LinkNode {
  kind: 'link';
  target: string;
}

export type Node = FileNode | FolderNode | LinkNode;

export function newFile(mode = 0o600): FileNode {
  return { kind: 'file', mode, durable: Buffer.alloc(0), pending: [] };
}

export function newFolder(mode = 0o700): FolderNode {
  return { kind: 'folder', mode, durable: new Map(), pending: [] };
}

/** Makes lasting what was done before the fsync began; what came while it ran may have missed it. */
export function sync(node: Node, began: bigint): void {
  if (node.kind === 'link') return;
  const before = (change: { at: bigint }) => change.at <= began;
  if (node.kind === 'file') {
    for (const change of node.pending.filter(before)) node.durable = applyContent(node.durable, change);
    node.pending = node.pending.filter((change) => !before(change));
  } else {
    for (const change of node.pending.filter(before)) applyEntries(node.durable, change);
    node.pending = node.pending.filter((change) => !before(change));
  }
}

/** The entries that a running process sees. */
export function liveEntries(folder: FolderNode): Map<string, Node> {
  const entries = new Map(folder.durable);
  for (const change of folder.pending) applyEntries(entries, change);
  return entries;
}

export function applyEntries(entries: Map<string, Node>, change: EntryChange): void {
  for (const [name, node] of change.entries) {
    if (node === undefined) entries.delete(name);
    else entries.set(name, node);
  }
}

export function applyContent(content: Buffer, change: ContentChange): Buffer {
  if (change.kind === 'truncate') return resized(content, change.length);
  const end = change.offset + change.data.length;
  const grown = Buffer.from(end > content.length ? resized(content, end) : content);
  change.data.copy(grown, change.offset);
  return grown;
}

/** Cut or filled with zeros, as ftruncate does. */
function resized(content: Buffer, length: number): Buffer {
  const result = Buffer.alloc(length);
  content.copy(result, 0, 0, Math.min(length, content.length));
  return result;
}
