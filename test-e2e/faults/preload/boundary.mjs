import { constants } from 'node:os';
import { threadId } from 'node:worker_threads';
import { original } from './originals.mjs';
import { recordAfter, recordBefore } from './recorder.mjs';
import { settings } from './settings.mjs';

/**
 * A step is one mutating call: `{call, path, path2?, now?, fd?, flags?, bytes?, length?, mode?, target?, args, half?}`.
 * `args` is what the original function is called with; `half`, where the call writes bytes, the same for half of them.
 */

const logFile = settings.log && original.openSync(settings.log, 'a', 0o600);
let count = 0;

/** Passes the boundary of a synchronous call. */
export function passSync(step, perform) {
  const passage = begin(step);
  if (passage.fault === 'fail') throw failure(step);
  let result;
  try {
    result = perform(passage.args);
  } catch (error) {
    end(passage, step, error);
    throw error;
  }
  end(passage, step, null, result);
  return result;
}

/** Passes the boundary of a call with a callback. */
export function passCallback(step, perform, callback) {
  const passage = begin(step);
  if (passage.fault === 'fail') {
    process.nextTick(callback, failure(step));
    return;
  }
  perform(passage.args, (error, ...results) => {
    end(passage, step, error, results[0]);
    callback(error, ...results);
  });
}

/** Passes the boundary of a call that returns a promise. */
export async function passPromise(step, perform) {
  const passage = begin(step);
  if (passage.fault === 'fail') throw failure(step);
  let result;
  try {
    result = await perform(passage.args);
  } catch (error) {
    end(passage, step, error);
    throw error;
  }
  end(passage, step, null, result);
  return result;
}

function begin(step) {
  const fault = settings.chosen ? countAndChoose(step) : undefined;
  if (fault === 'kill_before') die();
  const halved = fault === 'short' || fault === 'kill_short';
  return { fault, args: halved ? step.half : step.args, before: recordBefore(step) };
}

function countAndChoose(step) {
  count += 1;
  if (logFile !== undefined) log(step);
  if (count !== settings.at) return undefined;
  const needsBytes = settings.mode === 'short' || settings.mode === 'kill_short';
  if (needsBytes && step.half === undefined) return undefined;
  return claim(step) ? settings.mode : undefined;
}

function end(passage, step, error, result) {
  if (!error) recordAfter(step, result, passage.before);
  if (passage.fault === 'kill_after' || passage.fault === 'kill_short') die();
}

function log({ call, path, path2, now, bytes, flags, fd }) {
  const line = { n: count, pid: process.pid, call, path, path2, bytes, flags, fd };
  if (now !== path) line.now = now;
  if (threadId !== 0) line.thread = threadId;
  original.writeSync(logFile, `${JSON.stringify(line)}\n`);
}

/** With DISPATCH_FAULT_ONCE the first process to make that file has the fault, and a restarted one is left alone. */
function claim({ call, path }) {
  if (settings.once === undefined) return true;
  try {
    const line = JSON.stringify({ n: count, pid: process.pid, call, path, mode: settings.mode });
    original.writeFileSync(settings.once, `${line}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function die() {
  process.kill(process.pid, 'SIGKILL');
  // Nothing may run between the signal and the end, whichever thread it reaches first.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function failure({ call, path, path2 }) {
  const places = [path, path2].filter((place) => place !== undefined).map((place) => `'${place}'`);
  const error = new Error(`${settings.errno}: injected fault, ${call} ${places.join(' -> ')}`);
  error.errno = -constants.errno[settings.errno];
  error.code = settings.errno;
  error.syscall = call;
  error.path = path;
  if (path2 !== undefined) error.dest = path2;
  return error;
}
