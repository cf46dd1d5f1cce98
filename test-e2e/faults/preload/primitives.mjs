import { constants } from 'node:fs';
import { passCallback, passPromise, passSync } from './boundary.mjs';
import { like, original, originalPromises } from './originals.mjs';
import { absolute, fileOf, forgetOpened, isBelow, rememberOpened } from './paths.mjs';
import { describeWrite, describeWritev } from './writes.mjs';

/** The patched primitives (`open`, `openSync`, …), of which the compound calls are made. */
export const primitives = {};

const writing =
  constants.O_WRONLY | constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND;
const flagsOfLetters = {
  r: 0,
  'r+': constants.O_RDWR,
  w: constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
  'w+': constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
  a: constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND,
  'a+': constants.O_RDWR | constants.O_CREAT | constants.O_APPEND,
};

// Each tells from the arguments what the call would change, or undefined where that is nothing below a root.
const describers = {
  open: describeOpen,
  rename: (args) => onPaths('rename', args, args[0], args[1]),
  link: (args) => onPaths('link', args, args[0], args[1]),
  symlink: (args) => onPath('symlink', args, args[1], { target: String(args[0]) }),
  unlink: (args) => onPath('unlink', args, args[0]),
  rmdir: (args) => onPath('rmdir', args, args[0]),
  mkdir: (args) => onPath('mkdir', args, args[0]),
  mkdtemp: (args) => onPath('mkdtemp', args, args[0]),
  copyFile: describeCopy,
  utimes: (args) => onPath('utimes', args, args[0]),
  lutimes: (args) => onPath('lutimes', args, args[0]),
  chmod: (args) => onPath('chmod', args, args[0]),
  lchmod: (args) => onPath('lchmod', args, args[0]),
  chown: (args) => onPath('chown', args, args[0]),
  lchown: (args) => onPath('lchown', args, args[0]),
  write: describeWrite,
  writev: describeWritev,
  ftruncate: (args) => onDescriptor('ftruncate', args, { length: args[1] ?? 0 }),
  fsync: (args) => onDescriptor('fsync', args),
  fdatasync: (args) => onDescriptor('fdatasync', args),
  futimes: (args) => onDescriptor('futimes', args),
  fchmod: (args) => onDescriptor('fchmod', args),
  fchown: (args) => onDescriptor('fchown', args),
};

const handleMethods = {
  write: 'write',
  writev: 'writev',
  truncate: 'ftruncate',
  sync: 'fsync',
  datasync: 'fdatasync',
  utimes: 'futimes',
  chmod: 'fchmod',
  chown: 'fchown',
};
const handleWatchers = [];

/** Puts a boundary around every call of node:fs that is one change, in its three forms. */
export function installPrimitives(fs) {
  for (const [name, describe] of Object.entries(describers)) {
    if (original[name]) replace(fs, name, withCallback(name, describe));
    if (original[`${name}Sync`]) replace(fs, `${name}Sync`, synchronous(`${name}Sync`, describe));
    if (originalPromises[name] && name !== 'open') {
      replace(fs.promises, name, promised(originalPromises[name], describe));
    }
  }
  replace(fs.promises, 'open', promisedOpen());
  replace(
    fs,
    'close',
    like(original.close, (fd, ...rest) => (forgetOpened(fd), original.close(fd, ...rest))),
  );
  replace(
    fs,
    'closeSync',
    like(original.closeSync, (fd) => (forgetOpened(fd), original.closeSync(fd))),
  );
  handleWatchers.push(patchHandle);
}

/** Calls `patch(prototype)` before anyone can hold a FileHandle, whose class is to be had from a handle only. */
export function onFileHandle(patch) {
  handleWatchers.push(patch);
}

function replace(module, name, wrapper) {
  module[name] = wrapper;
  if (!(name in primitives)) primitives[name] = wrapper;
}

function synchronous(name, describe) {
  return like(original[name], (...args) => {
    const step = describe(args);
    const result = step ? passSync(step, (actual) => original[name](...actual)) : original[name](...args);
    if (name === 'openSync') rememberOpened(result, absolute(args[0]));
    return result;
  });
}

function withCallback(name, describe) {
  return like(original[name], (...given) => {
    const callback = given.at(-1);
    const args = given.slice(0, -1);
    if (typeof callback !== 'function') return original[name](...given);
    const step = describe(args);
    const done = (error, ...results) => {
      if (name === 'open' && !error) rememberOpened(results[0], absolute(args[0]));
      // The caller is to get back the buffer that it gave, not the part that was written.
      if (step?.whole !== undefined && results.length > 1) results[1] = step.whole;
      callback(error, ...results);
    };
    if (!step) return original[name](...args, done);
    return passCallback(step, (actual, settle) => original[name](...actual, settle), done);
  });
}

function promised(replaced, describe) {
  return like(replaced, (...args) => {
    const step = describe(args);
    return step ? passPromise(step, (actual) => replaced(...actual)) : replaced(...args);
  });
}

function promisedOpen() {
  return like(originalPromises.open, async (...args) => {
    const step = describeOpen(args);
    const open = async (actual) => originalPromises.open(...actual);
    const handle = step ? await passPromise(step, open) : await open(args);
    rememberOpened(handle.fd, absolute(args[0]));
    const close = handle.close;
    // Node 20 gives each handle a close of its own, so this one is not the prototype's.
    handle.close = () => (forgetOpened(handle.fd), close.call(handle));
    for (const patch of handleWatchers.splice(0)) patch(Object.getPrototypeOf(handle));
    return handle;
  });
}

function patchHandle(prototype) {
  for (const [method, name] of Object.entries(handleMethods)) {
    const replaced = prototype[method];
    prototype[method] = like(replaced, async function (...args) {
      const step = describers[name]([this.fd, ...args]);
      if (!step) return replaced.apply(this, args);
      const result = await passPromise(step, (actual) => replaced.apply(this, actual.slice(1)));
      if (step.whole === undefined) return result;
      return { ...result, [method === 'write' ? 'buffer' : 'buffers']: step.whole };
    });
  }
}

function describeOpen(args) {
  const flags = numericFlags(args[1]);
  return (flags & writing) === 0 ? undefined : onPath('open', args, args[0], { flags });
}

/** The number for 'w', 'ax+', 'as' and the like; numbers pass, and what is not known counts as writing. */
function numericFlags(flags) {
  if (typeof flags === 'number') return flags;
  if (flags === undefined || flags === null) return 0;
  const letters = String(flags);
  let number = flagsOfLetters[letters.replace(/[xs]/g, '')] ?? constants.O_WRONLY;
  if (letters.includes('x')) number |= constants.O_EXCL;
  if (letters.includes('s')) number |= constants.O_SYNC;
  return number;
}

function describeCopy(args) {
  const path2 = absolute(args[1]);
  return isBelow(path2) ? { call: 'copyFile', path: absolute(args[0]), path2, args } : undefined;
}

function onPath(call, args, given, more) {
  const path = absolute(given);
  return isBelow(path) ? { call, path, args, ...more } : undefined;
}

function onPaths(call, args, from, to) {
  const [path, path2] = [absolute(from), absolute(to)];
  return isBelow(path) || isBelow(path2) ? { call, path, path2, args } : undefined;
}

function onDescriptor(call, args, more) {
  const file = fileOf(args[0]);
  return file ? { call, ...file, fd: args[0], args, ...more } : undefined;
}
