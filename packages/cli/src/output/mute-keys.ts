import { onLeave } from './leave.ts';

/** To nobody but us while the terminal hands on each key as it is. */
const signalOfKey: Readonly<Record<string, NodeJS.Signals>> = {
  '\x03': 'SIGINT',
  '\x1a': 'SIGTSTP',
  '\x1c': 'SIGQUIT',
};

/** What is typed is neither shown nor kept, until that is undone; keys that send signals still do. */
export function muteKeys(): () => void {
  const { stdin } = process;
  if (stdin.isTTY !== true) return () => undefined;
  const press = (chunk: Buffer): void => {
    for (const key of chunk.toString('latin1')) {
      const signal = signalOfKey[key];
      // To the whole group, as the terminal itself sends it.
      if (signal !== undefined) process.kill(0, signal);
    }
  };
  const take = (): void => void stdin.setRawMode(true);
  const giveBack = (): void => void stdin.setRawMode(false);
  take();
  stdin.on('data', press);
  const undo = onLeave(giveBack, take);
  return () => {
    undo();
    stdin.off('data', press).pause();
    giveBack();
  };
}
