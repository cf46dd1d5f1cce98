import type { TranscriptEvent } from '@dispatch/backends';
import type { TaskLog } from '../contract/tasks.ts';
import type { Page } from '../output/output.ts';
import { styleOf } from '../print/style.ts';
import { transcriptLines } from '../print/transcript.ts';
import { beginningOf } from './cut.ts';

const longestSteps = 200;
const longestCharacters = 60_000;
const longestLine = 4000;
const longestStep = 400;

const page: Page = {
  ...{ width: Number.POSITIVE_INFINITY, style: styleOf(false), now: 0, interactive: false },
  link: (text) => text,
};

/** A step as people are shown it: the beginning of one that is long, and of each of its lines. */
export function stepLines(event: TranscriptEvent): string[] {
  const lines = transcriptLines(event, page);
  const more = lines.length - longestStep;
  return [
    ...lines.slice(0, longestStep).map((line) => beginningOf(line, longestLine)),
    ...(more > 0 ? [`… ${more} more lines`] : []),
  ];
}

/** Text of the steps behind a position, as far as a page goes; its last line names the page behind it. */
export async function pageOfTranscript(
  uri: string,
  after: string,
  logs: (options: string[]) => Promise<unknown>,
): Promise<string> {
  const { transcript, stderr } = (await logs([`--after=${after}`, `--limit=${longestSteps}`])) as TaskLog;
  const lines: string[] = [];
  let characters = 0;
  let last = after;
  let isWhole = true;
  for (const event of transcript) {
    // Steps of one position stand on one page.
    if (characters > longestCharacters && event.at !== last) {
      isWhole = false;
      break;
    }
    const more = stepLines(event);
    lines.push(...more);
    characters += more.reduce((sum, line) => sum + line.length + 1, 0);
    last = event.at;
  }
  if (isWhole && transcript.length < longestSteps && stderr !== null) lines.push('stderr', stderr.trimEnd());
  return [...lines, '', `What comes after this: ${uri}?after=${last}`].join('\n').trimStart();
}
