/** argv: task folder, name, number of commits, file of acknowledgements (`name-n`, one a line, after the commit). */
import { closeSync, openSync, writeSync } from 'node:fs';
import { Journal } from '../../src/journal/journal.ts';

const [taskDir = '', name = '', count = '0', acknowledgements = ''] = process.argv.slice(2);
const fd = openSync(acknowledgements, 'a');
const journal = new Journal(taskDir);
try {
  for (let index = 0; index < Number(count); index += 1) {
    const message = `${name}-${index}`;
    journal.commit(() => ({ kind: 'note', message, data: {} }));
    writeSync(fd, `${message}\n`);
  }
} catch (error) {
  writeSync(fd, `!${String((error as { code?: unknown }).code)}\n`);
  process.exitCode = 7;
} finally {
  closeSync(fd);
}
