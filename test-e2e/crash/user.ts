import { answer, promptOf } from './agents.ts';
import { type Breach, breach, lies } from './promises.ts';
import { taskIdsIn } from './store-view.ts';
import { rowsOf, type Typed, type World } from './world.ts';

interface Seen {
  status: string;
  reason: string;
  attempts: { message: unknown }[];
  cancel_requested_at: string | null;
}

/** How far a user wants to bring a story. */
export type Goal = 'question' | 'answered' | 'first_turn' | 'completed';

/**
 * A user who carries on with whatever is there: looks what the store shows, and types the next command of the story.
 * What they meet that no promise allows is a breach.
 */
export class User {
  readonly world: World;
  readonly breaches: Breach[] = [];

  constructor(world: World) {
    this.world = world;
  }

  run(): string[] {
    const verify = this.world.agent === 'checked' ? ['--verify', `sh ${this.world.path('check.sh')}`] : [];
    return ['run', '--prompt', promptOf(this.world, 'first'), '--backend', this.world.agent, ...verify];
  }

  answer(id: string): string[] {
    return ['answer', id, '--message', answer];
  }

  resume(id: string): string[] {
    return ['resume', id, '--message', promptOf(this.world, 'second')];
  }

  /** The one task of the story, made now where there is none. */
  async task(): Promise<string> {
    const listed = await this.type(['list']);
    const ids = rowsOf(listed).map((row) => String(row.task_id));
    const onDisk = taskIdsIn(this.world.root);
    if (listed.document?.ok === true && ids.length !== onDisk.length)
      this.breaches.push(
        breach(
          'lie',
          `list shows ${ids.join(', ') || 'nothing'}, on disk are ${onDisk.join(', ') || 'none'}`,
        ),
      );
    if (onDisk.length > 1) this.breaches.push(breach('doubling', `tasks ${onDisk.join(', ')}`));
    if (ids[0] !== undefined && onDisk.includes(ids[0])) return ids[0];
    const ran = await this.type(this.run());
    const id = ran.document?.data?.task_id;
    if (typeof id !== 'string') throw new Error(`run made no task: ${ran.stdout}${ran.stderr}`);
    return id;
  }

  /** Goes on until the goal is reached; returns the id. Throws where the story cannot go on. */
  async reach(goal: Goal): Promise<string> {
    const id = await this.task();
    let answered = false;
    let last = '';
    for (let step = 0; step < 12; step += 1) {
      const seen = await this.settled(id);
      last = `${seen.status}, ${seen.reason}`;
      const resumed = seen.attempts.some(({ message }) => message !== null);
      if (seen.status === 'awaiting_user' && seen.reason === 'question') {
        if (goal === 'question') return id;
        if (answered) await this.type(['status', id]);
        await this.type(this.answer(id));
        answered = true;
        if (goal === 'answered') return id;
      } else if (seen.status === 'completed' && !resumed) {
        if (goal === 'first_turn') return id;
        await this.type(this.resume(id));
      } else if (seen.status === 'completed') {
        return id;
      } else if (seen.status === 'awaiting_user') {
        await this.type(seen.reason === 'answered' ? ['resume', id] : this.resume(id));
      } else {
        throw new Error(`the story came to ${last}`);
      }
    }
    throw new Error(`the story does not end: ${last}`);
  }

  async settled(id: string): Promise<Seen> {
    const waited = await this.type(['wait', id, '--timeout', '45s']);
    const data = waited.document?.data as { task?: Seen; timed_out?: boolean } | undefined;
    if (data?.task === undefined) throw new Error(`wait ${id}: ${waited.stdout}${waited.stderr}`);
    if (data.timed_out) throw new Error(`wait ${id} saw no end: ${data.task.status}, ${data.task.reason}`);
    return data.task;
  }

  /** A command of the recovery: none may fail but by what another writer has done already. Throws where one does. */
  async type(args: string[]): Promise<Typed> {
    const typed = await this.world.type(args);
    const code = typed.document?.error?.code;
    const expected = ['already_answered', 'attempt_alive', 'no_store', 'no_question'];
    if (typed.document === null || (typed.document.ok === false && !expected.includes(code ?? '')))
      throw new Error(
        `dispatch ${args[0]}: ${code ?? typed.signal ?? 'no document'} ${typed.stdout}${typed.stderr}`,
      );
    return typed;
  }

  async look(id: string): Promise<void> {
    this.breaches.push(...(await lies(this.world, id)));
  }
}
