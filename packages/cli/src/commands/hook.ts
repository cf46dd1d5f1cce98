import { hasCursor } from '@dispatch/core';
import type { Dispatcher } from '@dispatch/runtime';
import { Option } from '../arguments/clipanion.ts';
import { oneOfWords } from '../arguments/values.ts';
import { doneUpTo } from '../hook/bringing.ts';
import { actOnClaudeCode, claudeCodeCursor, parseClaudeCodeEvent } from '../hook/claude-code.ts';
import { loadReading, loadRuntime } from '../library.ts';
import { DispatchCommand } from './command.ts';

/** Whose notifications: of every task. */
const all = { cursor: claudeCodeCursor, ids: null };
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
    const { root, outside } = this.context;
    // The project, wherever the session's shell has gone since; that may be a folder that is gone.
    const cwd = outside.environment['CLAUDE_PROJECT_DIR'] || event.cwd || this.context.cwd;
    const place = { cwd, root, outside };
    const { runtime, surroundings } = await loadReading(place);
    const acknowledge = (upTo: ReadonlyMap<string, string>) => acknowledgeUpTo(place, dispatcher, upTo);
    const dispatcher = runtime.openDispatcher(surroundings);
    const hasBegun = hasCursor(dispatcher.store, claudeCodeCursor);
    switch (act.do) {
      case 'begin':
        if (!hasBegun) await begin(place, dispatcher, act.but);
        return;
      case 'bring': {
        // A session that the plugin was loaded into hears of what happens from now on.
        if (!hasBegun) return begin(place, dispatcher, null);
        const told = runtime.notificationsNow(dispatcher, all);
        const { output, isDone } = act.print(told);
        if (output !== null && !outside.write(1, `${output}\n`)) return;
        return acknowledge(doneUpTo(told, isDone));
      }
      case 'note': {
        if (!hasBegun) return;
        const told = runtime.notificationsNow(dispatcher, all);
        return acknowledge(doneUpTo(told, act.isDone));
      }
      case 'acknowledge':
        if (!hasBegun) return;
        return acknowledge(act.upTo);
    }
  }
}

type Place = Parameters<typeof loadRuntime>[0];

async function begin(place: Place, dispatcher: Dispatcher, but: string | null): Promise<void> {
  const { runtime } = await loadRuntime(place);
  runtime.acknowledgeFirst(dispatcher, claudeCodeCursor, { but });
}

async function acknowledgeUpTo(
  place: Place,
  dispatcher: Dispatcher,
  upTo: ReadonlyMap<string, string>,
): Promise<void> {
  if (upTo.size === 0) return;
  const { runtime } = await loadRuntime(place);
  for (const [id, position] of upTo)
    runtime.acknowledge(dispatcher, { cursor: claudeCodeCursor, ids: [id], position });
}
