import { fileOf } from './paths.mjs';

/**
 * A call of write in any of its forms, `(fd, buffer, offset, length, position)`, `(fd, buffer, {…})` or
 * `(fd, string, position, encoding)`, brought to the first; undefined where it is not below a root or not valid.
 */
export function describeWrite([fd, data, ...rest]) {
  const file = fileOf(fd);
  if (file === undefined) return undefined;
  const parsed = typeof data === 'string' ? ofString(data, rest) : ofView(data, rest);
  if (parsed === undefined) return undefined;
  const { bytes, position } = parsed;
  const half = Math.floor(bytes.length / 2);
  return {
    call: 'write',
    ...file,
    fd,
    bytes: bytes.length,
    position,
    whole: data,
    payload: () => Buffer.from(bytes),
    args: [fd, bytes, 0, bytes.length, position],
    half: [fd, bytes.subarray(0, half), 0, half, position],
  };
}

export function describeWritev([fd, views, position]) {
  const file = fileOf(fd);
  if (file === undefined || !Array.isArray(views) || !views.every(ArrayBuffer.isView)) return undefined;
  const buffers = views.map(bytesOf);
  const bytes = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
  const place = position ?? null;
  return {
    call: 'writev',
    ...file,
    fd,
    bytes,
    position: place,
    whole: views,
    payload: () => Buffer.concat(buffers),
    args: [fd, buffers, place],
    half: [fd, [Buffer.concat(buffers).subarray(0, Math.floor(bytes / 2))], place],
  };
}

function ofString(text, [position, encoding]) {
  const given = typeof encoding === 'string' ? encoding : 'utf8';
  return { bytes: Buffer.from(text, given), position: placeOf(position) };
}

function ofView(view, [offsetOrOptions, length, position]) {
  if (!ArrayBuffer.isView(view)) return undefined;
  const options =
    typeof offsetOrOptions === 'object' && offsetOrOptions !== null
      ? offsetOrOptions
      : { offset: offsetOrOptions, length, position };
  const all = bytesOf(view);
  const start = options.offset ?? 0;
  const size = typeof options.length === 'number' ? options.length : all.length - start;
  // Out of range: the original is to say so in its own words.
  if (start < 0 || size < 0 || start + size > all.length) return undefined;
  return { bytes: all.subarray(start, start + size), position: placeOf(options.position) };
}

function placeOf(position) {
  return typeof position === 'number' || typeof position === 'bigint' ? position : null;
}

function bytesOf(view) {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}
