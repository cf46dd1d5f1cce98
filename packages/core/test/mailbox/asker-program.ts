/** argv: mailbox, text, file whose appearance is the start. Prints nothing; exits with the number it got. */
import { existsSync } from 'node:fs';
import { putQuestion } from '../../src/mailbox/write.ts';

const [mailbox = '', text = '', go = ''] = process.argv.slice(2);
while (!existsSync(go));
process.exitCode = Number(putQuestion(mailbox, text, Date.now()).sequence);
