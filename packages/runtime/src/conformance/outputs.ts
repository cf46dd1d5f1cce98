import { isDeepStrictEqual } from 'node:util';
import { checkClaim, checkExitFile, type Attempt, type Claim, type ExitFile } from '@dispatch/core';
import { attemptFiles } from '../attempts/paths.ts';
import type { Departures } from './departure.ts';
import { isTemporary, judgeEntries, type Entry, type Owner, type StoreFiles } from './files.ts';
import type { JournalJudged } from './journal.ts';

/** Files of an attempt that are made only once the journal has it; its prompt is there before. */
const afterStart = /^attempt-(\d{3,})\.(?:stdout\.log|stderr\.log|process\.json|exit\.json|workspace\.json)$/;
const prompt = /^attempt-\d{3,}\.[0-9a-z]+\.prompt\.md$/;
/** What the worker had made, moved out of the way of a later attempt. */
const movedAway = /^attempt-\d{3,}\.(?:[0-9a-z]+\.done-before|output-before\.md)$/;
/** What a launcher writes before its links. */
const ofLauncher = /^attempt-\d{3,}\.[0-9a-z]+\.\d+\.(?:claim|exit)$/;

/** What the attempts of a task have left, against what the journal says of them. */
export function judgeOutputs(
  files: StoreFiles,
  folder: string,
  { task, isWhole }: JournalJudged,
  departures: Departures,
): void {
  const outputs = `${folder}/outputs`;
  const reading = files.entries(outputs, departures);
  if (reading.kind !== 'there') return;
  judgeEntries(reading.value, departures, ownerInOutputs);
  if (task === null || !isWhole) return;
  for (const { name, path } of reading.value) {
    const number = afterStart.exec(name)?.[1];
    if (number !== undefined && task.attempts[Number(number)] === undefined)
      departures.add('attempt_unknown', path, `the journal has started no attempt ${Number(number)}`);
  }
  const names = new Set(reading.value.map(({ name }) => name));
  for (const attempt of task.attempts) judgeAttempt(files, outputs, attempt, names, departures);
}

function ownerInOutputs({ name, kind }: Entry): Owner {
  if (kind === 'folder') return 'nobody';
  if (afterStart.test(name) || prompt.test(name) || ofLauncher.test(name)) return 'dispatch';
  return movedAway.test(name) || isTemporary(name, /^attempt-\d{3,}\./) ? 'others' : 'nobody';
}

function judgeAttempt(
  files: StoreFiles,
  outputs: string,
  attempt: Attempt,
  names: ReadonlySet<string>,
  departures: Departures,
): void {
  const { attempt: number, attempt_nonce: nonce, kind, claim } = attempt;
  const paths = attemptFiles(outputs, number, nonce);
  if (attempt.prompt.path !== paths.prompt)
    departures.add(
      'attempt_nonce',
      `${outputs}/${attempt.prompt.path.replace(/^outputs\//, '')}`,
      `the prompt of attempt ${number} is called ${paths.prompt}`,
    );
  judgeClaim(files, paths.claim, attempt, departures);
  judgeExit(files, paths.exit, attempt, departures);
  judgeWorkspace(files, `${outputs}/${paths.stem}.workspace.json`, departures);
  // The launcher is handed its logs open; by hand, an agent has the terminal.
  const hasRun = claim !== null && claim.pid !== null && kind !== 'interactive';
  if (hasRun && !names.has(`${paths.stem}.stdout.log`))
    departures.add('log_missing', paths.stdout, `attempt ${number} has run, but nothing holds what it wrote`);
}

function judgeClaim(files: StoreFiles, path: string, attempt: Attempt, departures: Departures): void {
  const record = files.json(path, departures);
  if (record.kind === 'barred') return;
  if (record.kind === 'missing') {
    if (attempt.claim !== null)
      departures.add('claim_changed', path, 'the journal tells of this claim, but it is not there');
    return;
  }
  if (!checkClaim(record.value)) {
    departures.add('claim_schema', path, 'is no claim; see claim.schema.json');
    return;
  }
  const claim = record.value as Claim;
  if (claim.attempt_nonce !== attempt.attempt_nonce)
    reportNonce(path, claim.attempt_nonce, attempt, departures);
  else if (attempt.claim !== null && !isDeepStrictEqual(claim, attempt.claim))
    departures.add('claim_changed', path, 'is not the claim that the journal tells of');
}

function judgeExit(files: StoreFiles, path: string, attempt: Attempt, departures: Departures): void {
  const record = files.json(path, departures);
  if (record.kind !== 'there') return;
  if (!checkExitFile(record.value))
    departures.add('exit_schema', path, 'is no exit record; see exit.schema.json');
  else if ((record.value as ExitFile).attempt_nonce !== attempt.attempt_nonce)
    reportNonce(path, (record.value as ExitFile).attempt_nonce, attempt, departures);
}

function reportNonce(
  path: string,
  found: string,
  { attempt, attempt_nonce: nonce }: Attempt,
  departures: Departures,
): void {
  departures.add('attempt_nonce', path, `has the nonce ${found}; attempt ${attempt} has ${nonce}`);
}

function judgeWorkspace(files: StoreFiles, path: string, departures: Departures): void {
  const record = files.json(path, departures);
  if (record.kind !== 'there') return;
  const { value } = record;
  if (typeof value !== 'object' || value === null || !('before' in value) || !('after' in value))
    departures.add('workspace_record', path, 'does not hold what the workspace was like before and after');
}
