import { delimit } from './delimit.ts';

/** How the attempt before ended, where it did not end by itself. */
export type Interruption = 'interrupted' | 'timeout' | 'stalled' | 'cancelled';

/** An answer that the worker has not taken yet. */
export interface AnswerToHandOver {
  sequence: string;
  question: string;
  /** Null where its file is gone. */
  answer: string | null;
  /** `ask` may have printed it before it died. */
  maybeRepeated: boolean;
}

/** A check that did not pass. */
export interface FailedCheck {
  command: string;
  /** How it failed, in a few words. */
  detail: string;
  /** The end of what it printed. */
  tail: string;
  /** Absolute: all that it printed. */
  logPath: string;
}

/** What happened to a task since its worker last heard of it. */
export interface Updates {
  answers?: AnswerToHandOver[];
  interrupted?: Interruption | null;
  message?: string | null;
  /** The absolute path of the file that holds the message; needed where a message may be too long to inline. */
  messagePath?: string | null;
  /** The turn before claimed success, and the check says otherwise. */
  failedCheck?: FailedCheck | null;
  /** The user has the draft of a discussion carried out. */
  draftAccepted?: boolean;
  /** The turn before succeeded, but left the plan unfinished. */
  continuePlan?: boolean;
}

const whatHappened: Record<Interruption, string> = {
  interrupted: 'You were interrupted in the middle of this task.',
  timeout: 'You were stopped because the time limit of the attempt had passed.',
  stalled: 'You were stopped because nothing had been heard from you for too long.',
  cancelled: 'You were stopped by the user, who now wants the task to go on.',
};

/**
 * The parts of a prompt that tell a worker what is new, in the order in which it should read them.
 * With `inline: false` answers and message are pointed to by path instead.
 */
export function renderUpdates(
  updates: Updates,
  { taskDir, inline }: { taskDir: string; inline: boolean },
): string[] {
  const parts = (updates.answers ?? []).map((answer) => renderAnswer(answer, { taskDir, inline }));
  if (updates.interrupted) {
    parts.push(
      `${whatHappened[updates.interrupted]} What you did last may be half done or unrecorded: look at the state of ` +
        'the working tree and of plan.md first, do not repeat what is done, then go on.',
    );
  }
  if (updates.draftAccepted) {
    parts.push(
      `The discussion is over: the user has your draft carried out now. It stands in ${taskDir}/output.md, and where plan.md ` +
        'holds it, plan.md is the record to keep. From here on you may change the workspace.',
    );
  }
  if (updates.failedCheck) parts.push(renderFailedCheck(updates.failedCheck));
  if (updates.continuePlan) {
    parts.push(
      'Your last turn ended with the plan unfinished. Read plan.md and go on with what is open. If all of it is done, ' +
        'set the marks right and create mailbox/.done; if you cannot go on, mark the step `[?]` or `[!]`, say why in ' +
        'plan.md, and stop.',
    );
  }
  if (updates.message) {
    const note = 'A message from the user; work it into the plan and your next step.';
    parts.push(
      inline || !updates.messagePath
        ? `${note}\n${delimit('message', updates.message)}`
        : `${note} It is too long to stand here: read all of ${updates.messagePath} first.`,
    );
  }
  return parts;
}

function renderAnswer(
  { sequence, question, answer, maybeRepeated }: AnswerToHandOver,
  { taskDir, inline }: { taskDir: string; inline: boolean },
): string {
  if (answer === null)
    return `Your question ${sequence} was answered, but the file with the answer is gone: ask again if you still need it.\n${delimit('question', question)}`;
  const repeated = maybeRepeated ? ' This may be a repetition: perhaps you were given it before.' : '';
  const heading = `The user has answered your question ${sequence}.${repeated}`;
  if (inline) return `${heading}\n${delimit('question', question)}\n${delimit('answer', answer)}`;
  const stem = `${taskDir}/mailbox/${sequence}`;
  return `${heading} Read ${stem}.question and ${stem}.answer first.`;
}

function renderFailedCheck({ command, detail, tail, logPath }: FailedCheck): string {
  const output =
    tail === '' ? 'It printed nothing.' : `The end of what it printed:\n${delimit('check-output', tail)}`;
  return (
    `Your last turn claimed success, but the check that decides whether the task counts as done did not pass: ${detail}. ` +
    `It ran in the workspace:\n${delimit('check', command)}\n${output}\nAll of it is in ${logPath}. ` +
    'Mend the cause, not the check, then end your turn as before: the check runs again.'
  );
}
