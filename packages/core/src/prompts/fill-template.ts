/**
 * Fills `{{name}}` and keeps or drops `{{#name}}…{{/name}}` (each tag on a line of its own) in one pass, so that
 * nothing in a value is taken for a placeholder.
 */
export function fillTemplate(
  template: string,
  { values, sections }: { values: Record<string, string>; sections: Record<string, boolean> },
): string {
  return template
    .replace(/^\{\{#(\w+)\}\}\n([^]*?)^\{\{\/\1\}\}\n/gm, (_all, name: string, body: string) =>
      sections[name] ? body : '',
    )
    .replace(/\{\{(\w+)\}\}/g, (all, name: string) => values[name] ?? all);
}
