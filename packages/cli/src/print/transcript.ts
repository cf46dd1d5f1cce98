import type { TranscriptEvent } from '@dispatch/backends';
import type { Page } from '../output/output.ts';
import { harmlessLine, harmlessText } from './harmless.ts';
import { quoted } from './question.ts';
import { usageWords } from './task.ts';
import { fit } from './width.ts';

const longestResult = 12;
const toolWidth = 160;

/** One step of what an agent said, as lines for people; none for what only dispatch needs. */
export function transcriptLines(event: TranscriptEvent, { style, width }: Page): string[] {
  switch (event.type) {
    case 'session':
    case 'model_active':
      return [];
    case 'text':
      return ['', ...harmlessText(event.text.trimEnd()).split('\n')];
    case 'output':
      return harmlessText(event.text).split('\n');
    case 'thinking':
      return event.text.trim() === '' ? [] : quoted(event.text, '  ').map(style.dim);
    case 'tool_call': {
      const input = event.input === undefined ? '' : JSON.stringify(event.input);
      const line = fit(`> ${harmlessLine(`${event.name} ${input}`)}`, Math.min(width, toolWidth));
      const [named = ''] = /^> \S*/.exec(line) ?? [];
      return [style.bold(named) + line.slice(named.length)];
    }
    case 'tool_result':
      return resultLines(event).map(event.is_error ? style.red : style.dim);
    case 'usage':
      return usageWords(event.usage) === '' ? [] : [style.dim(`  (${usageWords(event.usage)})`)];
    case 'retrying':
      return [style.magenta(`  the agent retries: ${harmlessLine(event.message)}`)];
    case 'warning':
      return [style.magenta(`  warning: ${harmlessLine(event.message)}`)];
    case 'denied':
      return [style.magenta(`  denied: ${harmlessLine(`${event.tool} ${event.message}`)}`)];
    case 'session_unknown':
      return [style.red(`  the agent does not know the session: ${harmlessLine(event.message)}`)];
    case 'turn_end':
      return event.outcome === 'succeeded'
        ? [style.green('— end of turn')]
        : [
            style.red(
              `— the turn failed (${event.class.replaceAll('_', ' ')}): ${harmlessLine(event.message)}`,
            ),
          ];
  }
}

/** The beginning of a tool's output; all of it is in `logs --json`. */
function resultLines({ output }: { output: string }): string[] {
  if (output.trim() === '') return [];
  const lines = quoted(output, '  ');
  if (lines.length <= longestResult) return lines;
  return [...lines.slice(0, longestResult - 1), `  … ${lines.length - longestResult + 1} more lines`];
}
