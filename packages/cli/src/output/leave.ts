import { isInForeground } from './foreground.ts';

/** Something that was changed about the terminal: how it is given back, and taken again. */
interface Held {
  leave(): void;
  back(): void;
}

/** The latest last. */
const held: Held[] = [];

/** SIGINT is the command's own to handle. */
const ending = ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Calls `leave` before the process ends or is stopped, however that comes about, and `back` when it goes on. */
export function onLeave(leave: () => void, back: () => void): () => void {
  const one = { leave, back };
  if (held.length === 0) listen();
  held.push(one);
  return () => {
    const at = held.indexOf(one);
    if (at < 0) return;
    held.splice(at, 1);
    if (held.length === 0) listenNoMore();
  };
}

function listen(): void {
  for (const signal of ending) process.on(signal, end);
  process.on('SIGTSTP', stop).on('SIGCONT', takeBack).on('exit', giveBack);
}

function listenNoMore(): void {
  for (const signal of ending) process.off(signal, end);
  process.off('SIGTSTP', stop).off('SIGCONT', takeBack).off('exit', giveBack);
}

function end(signal: NodeJS.Signals): void {
  giveBack();
  held.length = 0;
  listenNoMore();
  process.kill(process.pid, signal);
}

function stop(): void {
  giveBack();
  process.kill(process.pid, 'SIGSTOP');
}

function giveBack(): void {
  for (const { leave } of held.toReversed()) quietly(leave);
}

function takeBack(): void {
  // Continued in the background, where whoever sets the terminal is stopped again.
  if (!isInForeground()) return;
  for (const { back } of held) quietly(back);
}

function quietly(does: () => void): void {
  try {
    does();
  } catch {
    // The terminal is gone, as it is at a SIGHUP.
  }
}
