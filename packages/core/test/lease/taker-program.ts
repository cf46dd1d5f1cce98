/** argv: folder of the chain, name, links to take, file of acknowledgements, file whose appearance is the start. */
import { appendFileSync, existsSync } from 'node:fs';
import { highestLink, takeLink } from '../../src/lease/chain.ts';

const [folder = '', name = '', count = '0', acknowledgements = '', go = ''] = process.argv.slice(2);
while (!existsSync(go));
for (let taken = 0; taken < Number(count);) {
  const epoch = (highestLink(folder)?.epoch ?? 0) + 1;
  if (!takeLink(folder, epoch, { name, epoch })) continue;
  taken += 1;
  appendFileSync(acknowledgements, `${epoch}\n`);
}
