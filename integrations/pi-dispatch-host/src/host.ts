import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { callDispatch, DispatchFailure } from './call.ts';
import { rememberCandidates } from './candidates.ts';
import { hostCommands } from './commands.ts';
import { completeTyped } from './completion.ts';
import { isRecord, textOf } from './envelope.ts';
import { followTask, type Following } from './follow.ts';
import { harmlessText } from '../../../packages/cli/src/print/harmless.ts';
import type { Pi, PiCompletion, PiContext } from './pi.ts';
import { Refusal } from './refusal.ts';
import { asPrompt, readRequest, type Request, type TellTask } from './request.ts';
import { resolveDispatch, type Resolved } from './resolve.ts';
import { keptSelection, restoreSelection, selectionEntry, type Selection } from './selection.ts';
import { asMessage, showLines } from './show.ts';
import { planIn, questionsIn, taskIdIn, taskIn, type SeenTask } from './task.ts';
import {
  newsForModel,
  newsKey,
  newsText,
  statusText,
  unknownLines,
  unknownStatus,
  widgetLines,
  type Seen,
} from './widget.ts';

const key = 'dispatch';
/** As it was loaded; links followed, so that a linked file finds its checkout. */
const ownFile = realpathSync(fileURLToPath(import.meta.url));
const wholeId = /^[0-9a-hjkmnp-tv-z]{14}$/;
const partOfId = /^[0-9a-hjkmnp-tv-z]{4,13}$/;

type Call = Extract<Request, { kind: 'call' }>;

/** What the extension knows in one session of pi: pi makes another instance for the next. */
export class Host {
  readonly #pi: Pi;
  #ctx: PiContext | null = null;
  #selected: Selection | null = null;
  #following: Following | null = null;
  /** Of the last that is known of the selected task, so that news are told once. */
  #known: string | null = null;
  readonly #session = new AbortController();
  /** Commands are carried out in the order in which they were typed. */
  #last: Promise<void> = Promise.resolve();
  readonly #candidates = rememberCandidates((words) =>
    this.#ask(['complete', '--', ...words], { timeoutMs: 5000 }),
  );

  constructor(pi: Pi) {
    this.#pi = pi;
  }

  /** At the start of a session, and wherever its tree has been moved in. */
  restore(ctx: PiContext): void {
    this.#ctx = ctx;
    this.#select(restoreSelection(ctx.sessionManager.getBranch()));
  }

  /** With the session: ends what only looks, and no task. */
  stop(): void {
    this.#session.abort();
    this.#following?.stop();
    this.#ctx = null;
  }

  complete(typed: string): Promise<PiCompletion[] | null> {
    return completeTyped(typed, { ask: this.#candidates, cwd: this.#cwd });
  }

  /**
   * Carries out a line. Where somebody looks it returns at once: pi 0.73.1 drops what is typed while a command runs.
   */
  handle(typed: string, ctx: PiContext): Promise<void> {
    this.#ctx = ctx;
    const isWaiting = /^\s*wait(\s|$)/.test(typed);
    const done = isWaiting ? this.#obey(typed, ctx) : this.#last.then(() => this.#obey(typed, ctx));
    if (!isWaiting) this.#last = done;
    return ctx.hasUI ? Promise.resolve() : done;
  }

  async #obey(typed: string, ctx: PiContext): Promise<void> {
    try {
      const request = await readRequest(typed, this.#tellTask);
      if (request.kind === 'own') this.#obeyOwn(request.name);
      else if (request.kind === 'call') await this.#obeyCall(typed, request);
      else if (this.#selected !== null) await this.#obeyCall('status', needing('status'));
      else await this.#obeyCall('ready', { ...needing('ready'), task: 'none' });
    } catch (error) {
      if (this.#session.signal.aborted) return;
      const refusal =
        error instanceof Refusal ? error : new Refusal(`this extension has failed: ${String(error)}`);
      const text = harmlessText([refusal.message, refusal.hint ?? ''].join('\n').trim());
      if (ctx.hasUI) ctx.ui.notify(text, 'error');
      else console.error(text);
    }
  }

  #obeyOwn(name: string): void {
    if (name === 'which') return this.#show('which', [whichLine(this.#resolve())]);
    this.#pi.appendEntry(selectionEntry, keptSelection(null));
    this.#select(null);
  }

  async #obeyCall(typed: string, request: Call): Promise<void> {
    const { command, input } = request;
    const argv = this.#argvOf(request);
    const isWaiting = command === 'wait';
    let data: unknown;
    try {
      data = await this.#ask(argv, {
        input,
        ...(isWaiting ? { timeoutMs: 0, signal: this.#session.signal } : {}),
      });
    } catch (error) {
      throw withPromptHint(error, typed, request);
    }
    if (this.#session.signal.aborted) return;
    const resolved = command === 'ready' ? [whichLine(this.#resolve())] : [];
    const task = isWaiting ? taskIn(data) : await this.#taskOf(request, data);
    if (this.#session.signal.aborted) return;
    // What was awaited ends when the user may long be with another. The selection stands before what is shown, so that
    // who goes back in the session's tree to that has it.
    if (isWaiting) this.#note(task);
    else this.#take(task);
    this.#show(typed, [...resolved, ...showLines(command, data)]);
  }

  /** With the selected task where none is named, and the store that is meant. */
  #argvOf({ command, argv, task, root }: Call): string[] {
    const words = command === 'config' && argv.length === 0 ? ['show'] : argv;
    const selected = this.#selected;
    if (task === 'needed' && selected === null)
      throw new Refusal(
        `no task is selected, and ${command} is about one`,
        'Write its id; /dispatch list has them.',
      );
    const isSelected =
      selected !== null && (task === 'named' ? words[0] === selected.taskId : task !== 'none');
    const store = root ?? (isSelected && !words.some(isRoot) ? selected.root : null);
    return [
      command,
      ...(isSelected && task !== 'named' ? [selected.taskId] : []),
      ...words,
      ...(store === null ? [] : [`--root=${store}`]),
    ];
  }

  readonly #tellTask: TellTask = async (word) => {
    if (word === '@last' || wholeId.test(word)) return 'task';
    if (!partOfId.test(word)) return 'word';
    const rows = await this.#ask(['list']).catch(() => []);
    const ids = Array.isArray(rows)
      ? rows.flatMap((row) => (isRecord(row) ? (textOf(row.task_id) ?? []) : []))
      : [];
    return ids.some((id) => id.startsWith(word) || id.endsWith(word)) ? 'part' : 'word';
  };

  /** The one task that a command was about, by its answer, else by the id that was typed; null: none, or as before. */
  async #taskOf(request: Call, data: unknown): Promise<SeenTask | null> {
    const task = taskIn(data);
    if (task !== null || request.task !== 'named') return task;
    // A part of an id, or @last, may mean another one by now.
    const id = taskIdIn(data) ?? request.argv[0]!;
    if (id === this.#selected?.taskId) return null;
    const status = { ...request, command: 'status', argv: [id, ...rootWords(request.argv)] };
    return taskIn(await this.#ask(this.#argvOf(status)).catch(() => null));
  }

  #take(task: SeenTask | null): void {
    const { taskId, root } = this.#selected ?? {};
    if (task === null || (task.id === taskId && task.root === root)) return this.#note(task);
    const selection = { taskId: task.id, root: task.root };
    this.#pi.appendEntry(selectionEntry, keptSelection(selection));
    this.#select(selection, newsKey(task));
  }

  /** What the user was just shown of the selected task is no news. */
  #note(task: SeenTask | null): void {
    if (task !== null && task.id === this.#selected?.taskId) this.#known = newsKey(task);
    this.#following?.nudge();
  }

  #select(selection: Selection | null, known: string | null = null): void {
    this.#following?.stop();
    this.#following = null;
    this.#selected = selection;
    this.#known = known;
    const ctx = this.#ctx;
    if (ctx === null || !ctx.hasUI) return;
    ctx.ui.setStatus(key, undefined);
    ctx.ui.setWidget(key, undefined);
    if (selection === null) return;
    this.#following = followTask({
      look: (signal) => this.#look(selection, signal),
      tell: (seen) => this.#tell(seen),
      fail: (why) =>
        this.#draw(unknownStatus(ctx.ui.theme), unknownLines(selection.taskId, why, ctx.ui.theme)),
    });
  }

  async #look({ taskId, root }: Selection, signal: AbortSignal): Promise<Seen> {
    const store = root === null ? [] : [`--root=${root}`];
    const data = await this.#ask(['inspect', taskId, '--event-limit', '1', ...store], {
      signal,
      timeoutMs: 30_000,
    });
    const task = taskIn(data);
    if (task === null) throw new Refusal('dispatch told nothing of the task');
    return { task, questions: questionsIn(data), plan: planIn(data) };
  }

  #tell(seen: Seen): void {
    const ctx = this.#ctx;
    if (ctx === null) return;
    this.#draw(statusText(seen, ctx.ui.theme), widgetLines(seen, ctx.ui.theme));
    const [before, now] = [this.#known, newsKey(seen.task)];
    this.#known = now;
    const news = newsText(seen);
    if (before === null || before === now || news === null) return;
    ctx.ui.notify(news, seen.task.status === 'failed' ? 'warning' : 'info');
    const content = newsForModel(seen);
    this.#pi.sendMessage({ customType: key, content, display: false }, { deliverAs: 'nextTurn' });
  }

  #draw(status: string, lines: string[]): void {
    this.#ctx?.ui.setStatus(key, status);
    this.#ctx?.ui.setWidget(key, lines);
  }

  /** Into the conversation; while the model speaks beside it, since pi would put it between the model's words. */
  #show(typed: string, lines: string[]): void {
    const [ctx, text] = [this.#ctx, harmlessText(lines.join('\n'))];
    if (ctx?.isIdle() === false) return ctx.ui.notify(text, 'info');
    const content = asMessage(typed, lines);
    this.#pi.sendMessage({ customType: key, content, display: true }, { triggerTurn: false });
    // `pi -p` prints the model's words only, and stdout may be a protocol.
    if (ctx?.hasUI === false) console.error(text);
  }

  get #cwd(): string {
    return this.#ctx?.cwd ?? process.cwd();
  }

  #resolve(): Resolved {
    // Where pi is a program of its own, that is no node.
    const node = 'bun' in process.versions ? 'node' : process.execPath;
    return resolveDispatch({ env: process.env, cwd: this.#cwd, file: ownFile, node });
  }

  async #ask(
    argv: readonly string[],
    options: Omit<Parameters<typeof callDispatch>[2], 'cwd'> = {},
  ): Promise<unknown> {
    return (await callDispatch(this.#resolve(), argv, { cwd: this.#cwd, ...options })).data;
  }
}

function needing(command: string): Call {
  return { kind: 'call', command, argv: [], input: null, task: 'needed', root: null };
}

/** What a command does not take may have been the rest of a prompt. */
function withPromptHint(error: unknown, typed: string, { command, argv }: Call): unknown {
  if (!(error instanceof DispatchFailure) || error.exitStatus > 3) return error;
  const takes = hostCommands[command]?.takes;
  const words = argv.filter((word) => !word.startsWith('-')).length;
  const isOfTask = takes === 'task' && words > 1;
  const isOther = takes === 'words' && words > 0 && command !== 'config' && error.exitStatus === 2;
  if (!isOfTask && !isOther) return error;
  const hint = [error.hint ?? '', asPrompt(typed.trim())].join('\n').trim();
  return new DispatchFailure({ code: error.code, message: error.message, hint }, error.exitStatus);
}

function whichLine({ path, why }: Resolved): string {
  return `dispatch is ${path} (by ${why}).`;
}

function rootWords(words: readonly string[]): string[] {
  const at = words.findIndex(isRoot);
  return at === -1 ? [] : words.slice(at, words[at] === '--root' ? at + 2 : at + 1);
}

function isRoot(word: string): boolean {
  return /^--root(=|$)/.test(word);
}
