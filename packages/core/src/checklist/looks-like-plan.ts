import { parseChecklist } from './parse-checklist.ts';

/** Whether a file handed over as a task is a plan: by its name `plan.md`, or by a checklist item outside code. */
export function looksLikePlan({ fileName, text }: { fileName: string; text: string }): boolean {
  const name = fileName.split(/[/\\]/).at(-1)!;
  return name.toLowerCase() === 'plan.md' || parseChecklist(text).items.length > 0;
}
