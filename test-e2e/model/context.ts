/**
 * Text in the user's role that no user typed: claude 2.1.328 wraps it in `<system-reminder>`, codex 0.169 in
 * `<environment_context>`, `<user_instructions>`, `<skill>` and their like, and headlines AGENTS.md; `<turn_aborted>`
 * is codex's note of an interruption.
 */
export const contextPattern =
  /^\s*(<(system-reminder|environment_context|user_instructions|skills?_?\w*|turn_aborted|permissions\b[^>]*)>|# AGENTS\.md instructions)/;
