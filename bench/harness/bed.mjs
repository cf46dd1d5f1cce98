import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';

/** Fewer rounds would be no median; a quick run says nothing about bars. */
const fullRounds = 15;

/** Where one table is measured: a node, the program, a folder, and how much of everything. */
export class Bed {
  #made = 0;

  constructor({ node, version, programs, folder, quick }) {
    this.node = node;
    /** Of node: 20, 24. */
    this.major = Number(/^v(\d+)/.exec(version)?.[1]);
    this.program = programs.program;
    this.workers = programs.workers;
    this.folder = folder;
    this.quick = quick;
    this.rounds = quick ? 3 : fullRounds;
    this.cores = availableParallelism();
  }

  /** `full`, or what a quick look does instead. */
  amount(full, quick) {
    return this.quick ? quick : full;
  }

  newFolder() {
    this.#made += 1;
    const path = join(this.folder, `${process.pid}-${this.#made}-${Math.random().toString(36).slice(2, 8)}`);
    mkdirSync(path);
    return path;
  }

  /** What a process is started with: nothing of the caller's but the place of programs. NODE_EXTRA_CA_CERTS costs Node 20 31 ms. */
  environment(extra = {}) {
    return { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', HOME: this.folder, ...extra };
  }

  /** Starts a worker of `bench/workers`; it prints one JSON value a line. */
  worker(name, ...args) {
    return new Worker(this, name, args);
  }
}

/** A worker process with the library bundled in. */
export class Worker {
  #lines = [];
  #waiting = [];
  #rest = '';

  constructor(bed, name, args) {
    const options = { env: bed.environment(), stdio: ['pipe', 'pipe', 'inherit'] };
    this.child = spawn(bed.node, [bed.workers[name], JSON.stringify(args[0] ?? {})], options);
    this.child.stdout.setEncoding('utf8');
    this.child.stdout.on('data', (text) => this.#take(text));
    this.ended = once(this.child, 'close').then(([code, signal]) => {
      const error = new Error(`worker ${name} ended with ${code ?? signal}`);
      for (const { reject } of this.#waiting) reject(error);
      return code;
    });
  }

  #take(text) {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop();
    for (const line of lines) {
      const value = JSON.parse(line);
      const next = this.#waiting.shift();
      if (next === undefined) this.#lines.push(value);
      else next.resolve(value);
    }
  }

  /** The next value that it prints. */
  next() {
    if (this.#lines.length > 0) return Promise.resolve(this.#lines.shift());
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Asks it for something by a line, and waits for the value. */
  ask(request) {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.next();
  }

  async close() {
    this.child.stdin.end();
    await this.ended;
  }
}

/** A folder on the disk that stores would lie on, removed at the end. */
export function benchFolder(base) {
  const folder = realpathSync(mkdtempSync(join(base ?? tmpdir(), 'dispatch-bench-')));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
