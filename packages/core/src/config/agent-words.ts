import type { AgentConfig } from './config.ts';

/** What a named agent is, in one line; guidance stands at its end, for it may be long. */
export function agentWords({ backend, model, mode, execution_mode, skill, guidance }: AgentConfig): string {
  const who = model === null ? backend : backend === null ? model : `${model} of ${backend}`;
  const parts = [
    who ?? 'the default',
    ...(mode === null ? [] : [`mode ${mode}`]),
    ...(execution_mode === null ? [] : [`execution mode ${execution_mode}`]),
    ...(skill === null ? [] : [`skill ${skill}`]),
  ];
  return parts.join(', ') + (guidance === null ? '' : `: ${guidance}`);
}
