/** argv: `link` folder name | `replace` folder times. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkWhole, replaceFile } from '../../src/disk/write.ts';

const [what, folder = '', word = ''] = process.argv.slice(2);
const path = join(folder, 'record');
if (what === 'link') {
  writeFileSync(join(folder, `ready-${word}`), '');
  while (!existsSync(join(folder, 'go')));
  process.exitCode = linkWhole(path, word.repeat(50_000), 'durable') ? 10 : 11;
} else {
  for (let round = 0; round < Number(word); round += 1)
    replaceFile(path, 'abcdefghij'.charAt(round % 10).repeat(200_000), 'cached');
}
