import { dirname, join, resolve } from 'node:path';
import { like, original, originalPromises } from './originals.mjs';
import { absolute, fileOf, isBelow } from './paths.mjs';
import { onFileHandle, primitives } from './primitives.mjs';

/**
 * Calls that are several changes (writeFile opens and writes, rm unlinks many) are taken apart into primitives, so that
 * a process can die between any two of them. Each is a generator of `[primitive, ...args]`, run synchronously or not.
 */
const compounds = {
  writeFile: ([target, data, options]) => writeWhole(target, data, options, 'w'),
  appendFile: ([target, data, options]) => writeWhole(target, data, options, 'a'),
  truncate: ([target, length]) => truncate(target, length),
  mkdir: ([path, options]) => makeFolders(absolute(path), options.mode),
  rm: ([path, options]) => remove(absolute(path), options ?? {}),
  rmdir: ([path]) => remove(absolute(path), { recursive: true }),
  cp: ([from, to, options]) => copy(absolute(from), absolute(to), { force: true, ...options }),
};

export function installCompounds(fs) {
  for (const [name, steps] of Object.entries(compounds)) {
    const [sync, callback, promise] = [fs[`${name}Sync`], fs[name], fs.promises[name]];
    fs[`${name}Sync`] = like(original[`${name}Sync`], (...args) =>
      applies(name, args) ? runSync(steps(args)) : sync(...args),
    );
    fs[name] = like(original[name], (...given) => {
      const done = given.at(-1);
      const args = given.slice(0, -1);
      if (typeof done !== 'function' || !applies(name, args)) return callback(...given);
      run(steps(args)).then(
        (result) => process.nextTick(done, null, result),
        (error) => process.nextTick(done, error),
      );
    });
    fs.promises[name] = like(originalPromises[name], async (...args) => {
      if (!applies(name, args)) return promise(...args);
      return run(steps(name.endsWith('File') ? [args[0], await gathered(args[1]), args[2]] : args));
    });
  }
  onFileHandle((prototype) => {
    for (const name of ['writeFile', 'appendFile']) {
      const replaced = prototype[name];
      prototype[name] = like(replaced, async function (data, options) {
        if (fileOf(this.fd) === undefined) return replaced.call(this, data, options);
        await run(writeWhole(this.fd, await gathered(data), options, 'w'));
      });
    }
  });
}

function applies(name, args) {
  if ((name === 'mkdir' || name === 'rmdir') && !args[1]?.recursive) return false;
  const target = name === 'cp' ? args[1] : args[0];
  if (typeof target === 'number') return fileOf(target) !== undefined;
  if (typeof target?.fd === 'number') return fileOf(target.fd) !== undefined;
  return isBelow(absolute(target));
}

function runSync(steps) {
  let step = steps.next();
  while (!step.done) {
    const [name, ...args] = step.value;
    let result;
    try {
      result = (primitives[`${name}Sync`] ?? original[`${name}Sync`])(...args);
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(result);
  }
  return step.value;
}

async function run(steps) {
  let step = steps.next();
  while (!step.done) {
    let result;
    try {
      result = await called(step.value);
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(result);
  }
  return step.value;
}

function called([name, ...args]) {
  return new Promise((resolveCall, reject) => {
    const settle = (error, result) => (error ? reject(error) : resolveCall(result));
    (primitives[name] ?? original[name])(...args, settle);
  });
}

/** Streams and iterables, which the promise forms take too, as one piece. */
async function gathered(data) {
  if (typeof data === 'string' || ArrayBuffer.isView(data) || !data) return data;
  const pieces = [];
  for await (const piece of data) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

function* writeWhole(target, data, given, defaultFlag) {
  const options = typeof given === 'string' ? { encoding: given } : (given ?? {});
  options.signal?.throwIfAborted();
  const held = typeof target === 'number' ? target : target?.fd;
  const fd = held ?? (yield ['open', target, options.flag ?? defaultFlag, options.mode ?? 0o666]);
  try {
    let bytes = ArrayBuffer.isView(data)
      ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
      : Buffer.from(data, options.encoding ?? 'utf8');
    while (bytes.length > 0) {
      const written = yield ['write', fd, bytes, 0, bytes.length, null];
      bytes = bytes.subarray(written);
    }
    if (options.flush) yield ['fsync', fd];
  } finally {
    if (held === undefined) yield ['close', fd];
  }
}

function* truncate(target, length) {
  if (typeof target === 'number') return yield ['ftruncate', target, length];
  const fd = yield ['open', target, 'r+'];
  try {
    yield ['ftruncate', fd, length];
  } finally {
    yield ['close', fd];
  }
}

function* makeFolders(path, mode) {
  const missing = [];
  for (let folder = path; !(yield* exists(folder)) && dirname(folder) !== folder; folder = dirname(folder)) {
    missing.unshift(folder);
  }
  if (missing.length === 0 && (yield ['stat', path]).isDirectory()) return undefined;
  let first;
  for (const folder of missing.length === 0 ? [path] : missing) {
    try {
      yield ['mkdir', folder, mode ?? 0o777];
      first ??= folder;
    } catch (error) {
      if (error.code !== 'EEXIST' || !(yield ['stat', folder]).isDirectory()) throw error;
    }
  }
  return first;
}

function* exists(path) {
  try {
    yield ['stat', path];
    return true;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    if (error.code === 'ENOTDIR') return true;
    throw error;
  }
}

function* remove(path, { recursive = false, force = false, maxRetries = 0 }) {
  try {
    const isFolder = (yield ['lstat', path]).isDirectory();
    if (!isFolder) return void (yield ['unlink', path]);
    if (!recursive)
      throw Object.assign(new Error(`Path is a directory: rm '${path}'`), { code: 'ERR_FS_EISDIR' });
    for (const name of yield ['readdir', path]) yield* remove(join(path, name), { recursive, force: true });
    yield ['rmdir', path];
  } catch (error) {
    if (force && error.code === 'ENOENT') return;
    if (error.code !== 'ENOTEMPTY' || maxRetries === 0) throw error;
    yield* remove(path, { recursive, force, maxRetries: maxRetries - 1 });
  }
}

function* copy(from, to, options) {
  if (options.filter && !options.filter(from, to)) return;
  const stat = yield [options.dereference ? 'stat' : 'lstat', from];
  if (stat.isDirectory()) {
    if (!options.recursive)
      throw Object.assign(new Error(`cp: '${from}' is a folder`), { code: 'ERR_FS_EISDIR' });
    yield* makeFolders(to, stat.mode & 0o777);
    for (const name of yield ['readdir', from]) yield* copy(join(from, name), join(to, name), options);
    return;
  }
  const taken = yield* exists(to);
  if (taken && !options.force) {
    if (options.errorOnExist)
      throw Object.assign(new Error(`cp: '${to}' exists`), { code: 'ERR_FS_CP_EEXIST' });
    return;
  }
  yield* makeFolders(dirname(to));
  if (stat.isSymbolicLink()) {
    const target = yield ['readlink', from];
    if (taken) yield ['unlink', to];
    yield ['symlink', options.verbatimSymlinks ? target : resolve(dirname(from), target), to];
    return;
  }
  yield ['copyFile', from, to, options.mode ?? 0];
  if (options.preserveTimestamps) yield ['utimes', to, stat.atime, stat.mtime];
}
