import { findTaskId } from '@dispatch/core';
import type { Dispatcher, Notification } from '@dispatch/runtime';
import { Option } from '../arguments/clipanion.ts';
import { oneOfWords } from '../arguments/values.ts';
import { actOnClaudeCode, claudeCodeCursor, parseClaudeCodeEvent } from '../hook/claude-code.ts';
import { loadReading, loadRuntime, type Reading } from '../library.ts';
import { DispatchCommand } from './command.ts';

/** More than anybody types; what is larger is no reason to keep a host waiting. */
const maxEventBytes = 16 * 1024 * 1024;

/**
 * Brings what no session has heard of into the session of a host that starts this as its hook. A command, not a script
 * beside the plugin, so that it is never of another version than the store's code. It never fails: whatever goes wrong,
 * the host's turn goes on and nothing is acknowledged. DISPATCH_DEBUG=1 has it said on stderr.
 */
export class HookCommand extends DispatchCommand {
  static override paths = [['hook']];
  static override usage = {
    category: 'Hidden',
    description: 'tells a host of its tasks; the plugin of Claude Code starts it',
  };

  host = Option.String({ name: 'claude-code', validator: oneOfWords(['claude-code'] as const) });

  override async execute(): Promise<number> {
    const { outside } = this.context;
    // A worker reads the same settings as its user: what is for the user would be told to it, and taken note of.
    if (outside.environment['DISPATCH_ATTEMPT'] !== undefined) return 0;
    try {
      await this.#act((await outside.readStdin(maxEventBytes)).toString('utf8'));
    } catch (error) {
      if (outside.environment['DISPATCH_DEBUG'] === '1')
        outside.write(2, `dispatch hook: ${String(error)}\n`);
    }
    return 0;
  }

  async #act(text: string): Promise<void> {
    const event = parseClaudeCodeEvent(text);
    const act = event === null ? null : actOnClaudeCode(event);
    if (event === null || act === null || act.do === 'nothing') return;
    const { runtime, surroundings } = await loadReading(this.context);
    // The project, wherever the session's shell has gone since.
    const cwd = surroundings.environment['CLAUDE_PROJECT_DIR'] || event.cwd || surroundings.cwd;
    const dispatcher = runtime.openDispatcher({ ...surroundings, cwd });
    switch (act.do) {
      case 'begin':
        return this.#begin(dispatcher);
      case 'bring': {
        const told = await unacknowledged(runtime, dispatcher);
        const printed = act.print(told);
        if (printed !== null && !this.context.outside.write(1, `${printed}\n`)) return;
        return this.#acknowledge(dispatcher, newestPositions(told));
      }
      case 'note':
        return this.#acknowledge(dispatcher, new Map(idsOf(dispatcher, act.tasks).map((id) => [id, null])));
    }
  }

  async #begin(dispatcher: Dispatcher): Promise<void> {
    const { runtime } = await loadRuntime(this.context);
    runtime.acknowledgeFirst(dispatcher, claudeCodeCursor);
  }

  /** `upTo`: positions by task; null: all that has happened. */
  async #acknowledge(dispatcher: Dispatcher, upTo: ReadonlyMap<string, string | null>): Promise<void> {
    if (upTo.size === 0) return;
    const { runtime } = await loadRuntime(this.context);
    for (const [id, position] of upTo)
      runtime.acknowledge(dispatcher, { cursor: claudeCodeCursor, ids: [id], position });
  }
}

/** What is told at once, without waiting for more. */
async function unacknowledged(runtime: Reading, dispatcher: Dispatcher): Promise<Notification[]> {
  const stop = new AbortController();
  const options = { cursor: claudeCodeCursor, ids: null, signal: stop.signal };
  for await (const told of runtime.watchTasks(dispatcher, options)) {
    stop.abort();
    return told;
  }
  return [];
}

/** They come in the order of each journal. */
function newestPositions(told: readonly Notification[]): Map<string, string> {
  return new Map(told.map(({ task_id: id, position }) => [id, position]));
}

function idsOf({ store }: Dispatcher, texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    try {
      return [findTaskId(store, text)];
    } catch {
      // Some other argument.
      return [];
    }
  });
}
