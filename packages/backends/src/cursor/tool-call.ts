import { asRecord, asText, type JsonRecord } from '../transcript/shapes.ts';

export interface ToolCall {
  name: string;
  input: unknown;
  /** Null while it runs. */
  result: { isError: boolean; output: string } | null;
}

/** The object of a `tool_call` line: `{ shellToolCall: { args, result: { success: {…} } } }`, or `{ function: {…} }`. */
export function readToolCall(value: unknown): ToolCall {
  const call = asRecord(value) ?? {};
  const name = Object.keys(call).find((key) => key.endsWith('ToolCall')) ?? null;
  if (name === null) {
    const called = asRecord(call.function);
    return { name: asText(called?.name) ?? '', input: called?.arguments, result: readResult(called?.result) };
  }
  const called = asRecord(call[name]);
  return { name, input: called?.args, result: readResult(called?.result) };
}

function readResult(value: unknown): ToolCall['result'] {
  const result = asRecord(value);
  if (result === null) return null;
  const success = asRecord(result.success);
  if (success !== null) return { isError: false, output: outputOf(success) };
  const [outcome] = Object.keys(result);
  return {
    isError: true,
    output: outcome === undefined ? '' : outputOf(asRecord(result[outcome]) ?? result),
  };
}

/** What people want to read of it: a command's output, a file's content, a message; else all of it. */
function outputOf(outcome: JsonRecord): string {
  const said = ['stdout', 'stderr', 'content', 'errorMessage', 'error', 'message', 'reason']
    .map((field) => asText(outcome[field]))
    .filter((text) => text !== null && text !== '');
  return said.length > 0 ? said.join('\n') : JSON.stringify(outcome);
}
