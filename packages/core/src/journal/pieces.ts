import { readSync } from 'node:fs';

/** One line of a file as it lies there, without its newline. */
export interface LinePiece {
  bytes: Buffer;
  /** Counted from 1. */
  number: number;
  /** Byte just behind its newline, or behind the last byte of the file. */
  end: number;
  /** Whether it has its newline. */
  terminated: boolean;
  /** It was longer than is kept of a line: `bytes` are its beginning. */
  cut: boolean;
}

const pieceBytes = 256 * 1024;

/**
 * The lines of an open file, read piece by piece: of a file of any size no more is held than a piece and a line. Of a
 * line that is longer than `longest` bytes only these are kept.
 */
export function* readLinePieces(fd: number, longest: number): Generator<LinePiece> {
  const piece = Buffer.allocUnsafe(pieceBytes);
  let held: Buffer[] = [];
  let heldBytes = 0;
  let lineBytes = 0;
  let number = 0;
  let at = 0;
  const hold = (bytes: Buffer): void => {
    const kept = bytes.subarray(0, Math.max(0, longest - heldBytes));
    // The piece is written over by the next read.
    if (kept.length > 0) held.push(Buffer.from(kept));
    heldBytes += kept.length;
    lineBytes += bytes.length;
  };
  const taken = (end: number, terminated: boolean): LinePiece => {
    number += 1;
    const line = { bytes: Buffer.concat(held), number, end, terminated, cut: lineBytes > heldBytes };
    held = [];
    heldBytes = lineBytes = 0;
    return line;
  };
  for (;;) {
    const count = readSync(fd, piece, 0, pieceBytes, at);
    if (count === 0) break;
    let start = 0;
    for (;;) {
      const newline = piece.subarray(0, count).indexOf(0x0a, start);
      if (newline === -1) break;
      hold(piece.subarray(start, newline));
      start = newline + 1;
      yield taken(at + start, true);
    }
    hold(piece.subarray(start, count));
    at += count;
  }
  if (lineBytes > 0) yield taken(at, false);
}
