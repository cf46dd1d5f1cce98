/** Lines as \`codex exec --json\` (0.169.0) prints them. */
export const codexLines = {
  session: '{"type":"thread.started","thread_id":"0199d0c2-0000-7000-8000-000000000001"}',
  turn: '{"type":"turn.started"}',
  message: '{"type":"item.completed","item":{"id":"item_0","type":"agent_message","text":"all done"}}',
  toolStarted:
    '{"type":"item.started","item":{"id":"item_1","type":"command_execution","command":"sleep","aggregated_output":"","exit_code":null,"status":"in_progress"}}',
  completed:
    '{"type":"turn.completed","usage":{"input_tokens":10,"cached_input_tokens":4,"output_tokens":2}}',
  failed: '{"type":"turn.failed","error":{"message":"You have hit your usage limit"}}',
} as const;

/** A shell command that prints these lines. */
export function says(...names: (keyof typeof codexLines)[]): string {
  return names.map((name) => `echo '${codexLines[name]}'`).join('\n');
}
