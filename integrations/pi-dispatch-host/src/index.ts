import { Host } from './host.ts';
import type { Pi, PiContext } from './pi.ts';

const shortcuts = {
  status: 'how a dispatched task stands: [ID]',
  events: "a dispatched task's journal: [ID]",
  answer: "answers a worker's question: [ID] TEXT",
  questions: 'open questions of workers: [ID]',
};

/** What pi calls when it loads this file, once a session. */
export default function dispatchHost(pi: Pi): void {
  const host = new Host(pi);
  const register = (name: string, description: string, prefix: string): void =>
    pi.registerCommand(name, {
      description,
      async getArgumentCompletions(typed) {
        const found = await host.complete(`${prefix}${typed}`);
        return found?.map((one) => ({ ...one, value: one.value.slice(prefix.length) })) ?? null;
      },
      handler: (typed: string, ctx: PiContext) => host.handle(`${prefix}${typed}`, ctx),
    });
  register('dispatch', 'hands a task to a coding agent in the background, and looks after it', '');
  for (const [name, description] of Object.entries(shortcuts))
    register(`dispatch-${name}`, description, `${name} `);
  pi.on('session_start', (_event, ctx) => host.restore(ctx));
  pi.on('session_tree', (_event, ctx) => host.restore(ctx));
  pi.on('session_shutdown', () => host.stop());
}
