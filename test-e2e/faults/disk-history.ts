import { constants } from 'node:fs';
import { dirname, basename } from 'node:path';
import { type FolderNode, type Node, liveEntries, newFile, newFolder, sync } from './disk-model.ts';
import type { RecordedCall } from './recording.ts';

/** Carries recorded calls out on a modelled disk. The roots themselves are lasting from the start. */
export class DiskHistory {
  readonly roots = new Map<string, FolderNode>();
  /** Paths that a call took for there, though nothing recorded had made them. */
  readonly unknown = new Set<string>();
  readonly #byKey = new Map<string, Node>();
  readonly #known = new WeakSet<Node>();

  constructor(roots: string[]) {
    for (const root of roots) this.roots.set(root, newFolder());
  }

  carryOut(call: RecordedCall): void {
    switch (call.call) {
      case 'open':
        return this.#open(call);
      case 'external':
        this.#put(call, call.path, newFile(call.mode));
        return this.#write(call, this.#node(call), 0);
      case 'write':
      case 'writev':
        return this.#write(call, this.#node(call), call.offset ?? 0);
      case 'ftruncate':
        return this.#truncate(call, this.#node(call), call.length ?? 0);
      case 'fsync':
      case 'fdatasync':
        return sync(this.#node(call), call.t0);
      case 'mkdir':
      case 'mkdtemp':
        if (!this.roots.has(call.path)) this.#know(call, this.#put(call, call.path, newFolder(call.mode)));
        return;
      case 'symlink':
        this.#put(call, call.path, { kind: 'link', target: call.target ?? '' });
        return;
      case 'link':
        this.#put(call, call.path2, this.#node(call));
        return;
      case 'rename':
        return this.#rename(call);
      case 'unlink':
      case 'rmdir':
        return this.#change(call, Symbol(call.call), call.path, [[basename(call.path), undefined]]);
      case 'copyFile':
        return this.#copy(call);
      case 'chmod':
      case 'fchmod':
        return this.#chmod(call, this.#node(call));
      default:
        // utimes, chown and their kin change nothing that survives here.
        return;
    }
  }

  /** The node at a path as running processes see it. */
  find(path: string): Node | undefined {
    const root = this.roots.get(path);
    if (root) return root;
    if (dirname(path) === path) return undefined;
    const folder = this.find(dirname(path));
    return folder?.kind === 'folder' ? liveEntries(folder).get(basename(path)) : undefined;
  }

  #open(call: RecordedCall): void {
    const flags = call.flags ?? 0;
    let node = (call.key && this.#byKey.get(call.key)) || this.find(call.path);
    // Another file than the one known under this name: it was replaced by someone who is not recorded.
    if (node && call.key && this.#byKey.get(call.key) !== node && this.#known.has(node)) node = undefined;
    if (node === undefined) {
      node = this.#put(call, call.path, call.dir ? newFolder(call.mode) : newFile(call.mode));
      const found = (flags & constants.O_CREAT) === 0 || (call.size ?? 0) > 0;
      if (found && !call.dir) {
        this.unknown.add(call.path);
        this.#truncate(call, node, call.size ?? 0);
      }
    }
    this.#know(call, node);
    if ((flags & constants.O_TRUNC) !== 0) this.#truncate(call, node, 0);
  }

  #copy(call: RecordedCall): void {
    const path = call.path2 ?? call.path;
    const node = this.find(path) ?? this.#put(call, path, newFile(call.mode));
    this.#know(call, node);
    this.#truncate(call, node, 0);
    this.#write(call, node, 0);
  }

  #rename(call: RecordedCall): void {
    const to = call.path2 ?? call.path;
    const operation = Symbol('rename');
    const inside = this.#isInside(call.path);
    const node = inside ? this.#node(call) : newFile();
    if (!inside) this.unknown.add(to);
    if (!this.#isInside(to)) {
      return this.#change(call, operation, call.path, [[basename(call.path), undefined]]);
    }
    if (dirname(to) === dirname(call.path)) {
      this.#change(call, operation, to, [
        [basename(call.path), undefined],
        [basename(to), node],
      ]);
      return;
    }
    this.#change(call, operation, to, [[basename(to), node]]);
    if (inside) this.#change(call, operation, call.path, [[basename(call.path), undefined]]);
  }

  #write(call: RecordedCall, node: Node, offset: number): void {
    if (node.kind !== 'file' || call.data === undefined || call.data.length === 0) return;
    node.pending.push({ kind: 'write', at: call.t1, offset, data: call.data });
    if (call.sync) sync(node, call.t1);
  }

  #truncate(call: RecordedCall, node: Node, length: number): void {
    if (node.kind === 'file') node.pending.push({ kind: 'truncate', at: call.t1, length });
  }

  #chmod(call: RecordedCall, node: Node): void {
    if (node.kind !== 'link' && call.mode !== undefined) node.mode = call.mode;
  }

  /** The node of a call by its identity, else by its path, else as something that others must have made. */
  #node(call: RecordedCall): Node {
    const node = (call.key && this.#byKey.get(call.key)) || this.find(call.path);
    if (node) return this.#know(call, node);
    this.unknown.add(call.path);
    return this.#know(call, this.#put(call, call.path, call.dir ? newFolder(call.mode) : newFile(call.mode)));
  }

  #know(call: RecordedCall, node: Node): Node {
    if (call.key) {
      this.#byKey.set(call.key, node);
      this.#known.add(node);
    }
    return node;
  }

  #isInside(path: string): boolean {
    return [...this.roots.keys()].some((root) => path.startsWith(`${root}/`));
  }

  #put(call: RecordedCall, path: string | undefined, node: Node): Node {
    if (path !== undefined) this.#change(call, Symbol(call.call), path, [[basename(path), node]]);
    return node;
  }

  #change(call: RecordedCall, operation: symbol, path: string, entries: [string, Node | undefined][]): void {
    // Outside of the roots nothing is modelled; a link out of them leads there.
    if (this.#isInside(path))
      this.#folder(call, dirname(path)).pending.push({ at: call.t1, operation, entries });
  }

  #folder(call: RecordedCall, path: string): FolderNode {
    const found = this.find(path);
    if (found?.kind === 'folder') return found;
    this.unknown.add(path);
    const folder = newFolder();
    this.#put(call, path, folder);
    return folder;
  }
}
