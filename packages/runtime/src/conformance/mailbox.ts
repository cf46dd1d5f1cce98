import { checkDoneFile, type DoneFile, type Task } from '@dispatch/core';
import { digestOf } from './bodies.ts';
import type { Departures } from './departure.ts';
import { isTemporary, judgeEntries, type Entry, type StoreFiles } from './files.ts';
import type { JournalJudged } from './journal.ts';

const letter = /^(\d{3}|[1-9]\d{3,8})\.(question|answer|done)$/;
const looksLikeLetter = /\.(question|answer|done)$/;

/** The letters of a task, each beside the others of its number, and what the journal says of them. */
export function judgeMailbox(
  files: StoreFiles,
  folder: string,
  { task, isWhole }: JournalJudged,
  departures: Departures,
): void {
  const mailbox = `${folder}/mailbox`;
  const reading = files.entries(mailbox, departures);
  if (reading.kind !== 'there') return;
  judgeEntries(reading.value, departures, ({ name, kind }) =>
    kind === 'file' && isKnown(name) ? 'others' : 'nobody',
  );
  const names = new Set(reading.value.map(({ name }) => name));
  for (const { name, path } of reading.value) judgeLetter(files, { name, path }, names, departures);
  if (task !== null && isWhole) judgeQuestions(files, mailbox, task, names, departures);
}

/** A name that only looks like one of a letter is told as that. */
function isKnown(name: string): boolean {
  return (
    name === '.done' ||
    name === 'progress' ||
    looksLikeLetter.test(name) ||
    /^\.\d{3,9}\.printing$/.test(name) ||
    isTemporary(name, /./)
  );
}

function judgeLetter(
  files: StoreFiles,
  { name, path }: Pick<Entry, 'name' | 'path'>,
  names: ReadonlySet<string>,
  departures: Departures,
): void {
  if (!looksLikeLetter.test(name) || name.startsWith('.')) return;
  const [, number, what] = letter.exec(name) ?? [];
  if (number === undefined) {
    departures.add(
      'mailbox_name',
      path,
      'no letter is called so: its number has three digits, or more without a zero before them',
    );
    return;
  }
  if (what !== 'question' && !names.has(`${number}.question`))
    departures.add('letter_alone', path, `there is no ${number}.question`);
  if (what === 'done') judgeDone(files, path, departures);
}

function judgeDone(files: StoreFiles, path: string, departures: Departures): void {
  const text = files.read(path, departures);
  // A worker without `ask` makes an empty one.
  if (text.kind !== 'there' || text.value.length === 0) return;
  const record = files.json(path, departures);
  if (record.kind !== 'there') return;
  if (!checkDoneFile(record.value)) {
    departures.add('done_record', path, 'is no record of who took the answer; it counts as taken by hand');
    return;
  }
  const { answer_sha256: told } = record.value as DoneFile;
  const answer = digestOf(files, path.replace(/\.done$/, '.answer'), departures);
  if (answer === 'barred' || (answer === 'missing' && told === '')) return;
  if (answer === 'missing' || answer.sha256 !== told)
    departures.add(
      'done_hash',
      path,
      `says that an answer with the hash ${told} was taken, which is not the one beside it`,
    );
}

function judgeQuestions(
  files: StoreFiles,
  mailbox: string,
  { questions }: Task,
  names: ReadonlySet<string>,
  departures: Departures,
): void {
  for (const { sequence, sha256, taken_at: taken } of questions) {
    const path = `${mailbox}/${sequence}.question`;
    const found = digestOf(files, path, departures);
    if (found === 'missing')
      departures.add('question_missing', path, 'the journal tells of this question, but it is not there');
    else if (found !== 'barred' && found.sha256 !== sha256)
      departures.add(
        'question_hash',
        path,
        'is another question than the one that was journalled: not yet counted',
      );
    if (taken !== null && !names.has(`${sequence}.done`))
      departures.add(
        'done_missing',
        `${mailbox}/${sequence}.done`,
        'the journal says that the answer was taken',
      );
  }
}
