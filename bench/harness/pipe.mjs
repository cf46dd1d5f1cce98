import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';

/** A named pipe into which agents write one byte each: the moment at which their code runs, with nothing between. */
export class ArrivalPipe {
  #arrived = 0;
  #waiting = [];
  #socket;

  constructor(path) {
    makePipe(path);
    this.path = path;
    // Both ends, so that the pipe never ends when a writer closes it.
    const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    this.#socket = new Socket({ fd, readable: true, writable: false });
    this.#socket.on('data', (bytes) => {
      const at = performance.now();
      this.#arrived += bytes.length;
      this.#waiting = this.#waiting.filter(({ count, resolve }) => {
        if (this.#arrived < count) return true;
        resolve(at);
        return false;
      });
    });
  }

  /** How many bytes have come so far. */
  get count() {
    return this.#arrived;
  }

  /** Resolves to the moment at which the byte number `count`, counted from the beginning, has come. */
  reaches(count, timeoutMs = 60_000) {
    if (this.#arrived >= count) return Promise.resolve(performance.now());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.#arrived} of ${count} agents came to work`)),
        timeoutMs,
      );
      this.#waiting.push({
        count,
        resolve: (at) => {
          clearTimeout(timer);
          resolve(at);
        },
      });
    });
  }

  close() {
    this.#socket.destroy();
  }
}

/** A named pipe from which an agent reads a line before it ends. */
export class ReleasePipe {
  #fd;

  constructor(path) {
    makePipe(path);
    this.path = path;
    this.#fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  }

  /** Lets one reader go on. */
  release() {
    writeSync(this.#fd, '\n');
  }

  close() {
    closeSync(this.#fd);
  }
}

function makePipe(path) {
  const { status } = spawnSync('mkfifo', ['-m', '600', path]);
  if (status !== 0) throw new Error(`mkfifo ${path} ended with ${status}`);
}
