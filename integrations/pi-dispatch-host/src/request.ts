import { aloneHere, hostCommands, neverHere, valuedHere, type CommandForm } from './commands.ts';
import { Refusal } from './refusal.ts';
import { nextWord, splitWords } from './words.ts';

/** What was typed behind `/dispatch`, before the selected task is known. */
export type Request =
  | { kind: 'empty' }
  | { kind: 'own'; name: string }
  | {
      kind: 'call';
      command: string;
      /** What stands behind the command. */
      argv: string[];
      /** For stdin. */
      input: string | null;
      /** `needed`: an id stands nowhere in `argv` and belongs before it; `wanted`: likewise, and it goes without. */
      task: 'named' | 'needed' | 'wanted' | 'none';
      root: string | null;
    };

/** Whether a word is the whole id of a task, only a part of one that is there, or a word. */
export type TellTask = (word: string) => Promise<'task' | 'part' | 'word'>;

/** Reads a line. Throws Refusal where it can be read in two ways, or is none. */
export async function readRequest(typed: string, tellTask: TellTask): Promise<Request> {
  const globals = takeGlobals(typed);
  const rest = globals.rest.trim();
  if (rest === '' && globals.root === null) return { kind: 'empty' };
  const [, name = '', behind = ''] = /^(\S+)\s*([^]*)$/.exec(rest) ?? [];
  const form = Object.hasOwn(hostCommands, name) ? hostCommands[name]! : null;
  if (form === null) return promptRequest(rest, globals.root);
  switch (form.takes) {
    case 'own':
      return { kind: 'own', name };
    case 'elsewhere':
      throw new Refusal(`${name} is not for here: ${form.why}`, asPrompt(rest));
    case 'prompt':
      return promptRequest(behind, globals.root);
    case 'text':
      return textRequest(name, form, behind, { root: globals.root, tellTask });
    case 'words':
    case 'task':
      return wordsRequest(name, form, behind, globals.root);
  }
}

/** How the same line is typed as a prompt. */
export function asPrompt(rest: string): string {
  return `If it was meant as a prompt: /dispatch run ${rest}`;
}

function promptRequest(typed: string, root: string | null): Request {
  const { argv, text } = optionsAndText(typed, 'a prompt');
  const input = text === null ? [] : ['--prompt', '-'];
  return { kind: 'call', command: 'run', argv: [...argv, ...input], input: text, task: 'none', root };
}

async function textRequest(
  command: string,
  form: Extract<CommandForm, { takes: 'prompt' | 'text' }>,
  typed: string,
  { root, tellTask }: { root: string | null; tellTask: TellTask },
): Promise<Request> {
  const first = nextWordOrNull(typed);
  const told = first === null || first.isQuoted ? 'word' : await tellTask(first.text);
  if (told === 'part')
    throw new Refusal(
      `${first!.text} may be a task or how the text begins`,
      'For the task write its whole id (Tab completes it); for the text put quotes around all of it.',
    );
  const behind = told === 'task' ? typed.slice(first!.to) : typed;
  const { argv, text } = optionsAndText(behind, 'the text');
  if (command === 'answer' && text === null && !argv.some((one) => /^--message(=|$)/.test(one)))
    throw new Refusal('the answer says nothing', 'Form: /dispatch answer [ID] [options] TEXT');
  const input = text === null ? [] : [form.option, '-'];
  return {
    kind: 'call',
    command,
    argv: [...(told === 'task' ? [first!.text] : []), ...argv, ...input],
    input: text,
    task: told === 'task' ? 'named' : 'needed',
    root,
  };
}

function wordsRequest(command: string, form: CommandForm, typed: string, root: string | null): Request {
  const argv = splitWords(typed);
  argv.forEach(refuseEndless);
  const isNamed = argv[0] !== undefined && !argv[0].startsWith('-');
  const goesWithout = command === 'questions' || argv.includes('--help') || argv.includes('--everywhere');
  const task = form.takes === 'words' ? 'none' : isNamed ? 'named' : goesWithout ? 'wanted' : 'needed';
  const isOfAll = argv.includes('--everywhere') || argv.includes('--help');
  return { kind: 'call', command, argv, input: null, task: isOfAll ? 'none' : task, root };
}

/** `--root PATH` and `--json` before everything. */
function takeGlobals(typed: string): { root: string | null; rest: string } {
  let root: string | null = null;
  let rest = typed;
  for (;;) {
    const [, plain] = /^\s*(--json)(?=\s|$)/.exec(rest) ?? [];
    if (plain !== undefined) rest = rest.trimStart().slice(plain.length);
    else if (/^\s*--root(=|\s)/.test(rest)) {
      const option = nextWord(rest, 0)!;
      const value = option.text.startsWith('--root=') ? option : nextWord(rest, option.to);
      if (value === null) throw new Refusal('--root takes a value', 'Form: --root PATH');
      root = value === option ? option.text.slice('--root='.length) : value.text;
      rest = rest.slice(value.to);
    } else return { root, rest };
  }
}

/**
 * Options, and the text behind them as it was typed: quotes inside it are part of it, those around all of it are not. A
 * text that is quoted as a whole may have options behind it, too; behind `--` everything is text.
 */
function optionsAndText(typed: string, what: string): { argv: string[]; text: string | null } {
  const before = takeOptions(typed, 0);
  const rest = typed.slice(before.to).trim();
  if (rest === '') return { argv: before.argv, text: null };
  if (/^--(\s|$)/.test(rest)) return { argv: before.argv, text: rest.slice(2).trim() || null };
  if (/^['"]/.test(rest)) {
    const word = nextWord(rest, 0)!;
    const behind = takeOptions(rest, word.to);
    if (behind.to === rest.length) return { argv: [...before.argv, ...behind.argv], text: word.text };
  }
  const stray = rest.split(/\s+/).find((word) => isOption(word.split('=')[0]!));
  if (stray !== undefined)
    throw new Refusal(
      `${stray} stands inside of ${what}`,
      `Options go before it. If it belongs to ${what}, put -- before all of it, or quotes around it.`,
    );
  return { argv: before.argv, text: rest };
}

function takeOptions(typed: string, from: number): { argv: string[]; to: number } {
  const argv: string[] = [];
  let to = from;
  for (;;) {
    if (typed.slice(to).trim() === '') return { argv, to: typed.length };
    // A text may hold an apostrophe, so that nothing is read as a word before it is known to be an option.
    const [token = ''] = /^\S+/.exec(typed.slice(to).trimStart()) ?? [];
    if (!/^(--[a-z]|-h$)/.test(token)) return { argv, to };
    const option = nextWord(typed, to)!;
    refuseEndless(option.text);
    argv.push(option.text);
    to = option.to;
    if (!valuedHere.includes(option.text)) continue;
    const value = nextWord(typed, to);
    if (value === null || (!value.isQuoted && isOption(value.text)))
      throw new Refusal(`${option.text} takes a value, and none follows it`);
    argv[argv.length - 1] = `${option.text}=${value.text}`;
    to = value.to;
  }
}

function isOption(word: string): boolean {
  return valuedHere.includes(word) || aloneHere.includes(word) || neverHere.includes(word);
}

function refuseEndless(word: string): void {
  if (neverHere.includes(word))
    throw new Refusal(`${word} never returns`, 'The widget follows the selected task; leave the option out.');
}

function nextWordOrNull(typed: string): ReturnType<typeof nextWord> {
  // As above: an apostrophe is no quote, and a text is not what this looks for.
  const [token = ''] = /^\S+/.exec(typed.trimStart()) ?? [];
  return /^[^'"\\-][^'"\\]*$/.test(token) ? nextWord(typed, 0) : null;
}
