import { expect } from 'vitest';
import { text } from '../harness/index.ts';
import { differs, passes, type Behaviour } from './outcome.ts';

const big: Behaviour = {
  title: 'big prompt: 1,000,000 characters arrive whole',
  outcome: ({ backend }) =>
    backend === 'cursor-agent'
      ? differs(
          'takes its prompt as an argument: one that is too long for that lies in a file, which it is told',
        )
      : passes,
  async run(cell) {
    const { stage, agent } = cell;
    cell.model.script('reads', [text('Read.')]);
    const prompt = `${'a line of a long prompt, äöü\n'.repeat(35_714)}${cell.prompt('The end. ', 'reads')}`;
    const typed = await stage.type(['run', '--json', '--backend', agent.backend, '--prompt', '-'], {
      input: prompt,
    });
    expect(typed).toMatchObject({ exitCode: 0 });
    const { task_id: id } = typed.json<{ data: { task_id: string } }>().data;
    expect(await cell.settled(id)).toMatchObject({ status: 'completed' });
    const heard = cell.heard('reads').at(-1) ?? '';
    if (agent.backend === 'cursor-agent') expect(heard).toContain(`tasks/${id}/prompt.md`);
    else expect(heard.includes(prompt)).toBe(true);
  },
};

const odd: Behaviour = {
  title: 'odd prompts: what begins like an option, a command or a file name arrives as it was typed',
  async run(cell) {
    const { stage } = cell;
    cell.model.script('reads', [text('Read.'), text('Read.'), text('Read.')]);
    const beginnings = [
      '--help -p "$(id)" `id` \\ \'quoted\' ',
      '/help me\n\n\twith a tab, \u2028 and \u2029, 🙂 ',
      '@a.txt is no file to you ',
    ];
    const typed = beginnings.map((words) => cell.prompt(words, 'reads'));
    const id = await stage.run(`--prompt=${typed[0]}`);
    for (const words of typed.slice(1)) {
      expect(await cell.settled(id)).toMatchObject({ status: 'completed' });
      await stage.get(['resume', id, `--message=${words}`]);
    }
    expect(await cell.settled(id)).toMatchObject({ status: 'completed', attempts: [{}, {}, {}] });
    const heard = cell.heard('reads');
    expect(heard).toHaveLength(3);
    for (const [at, words] of typed.entries()) expect(heard[at]).toContain(words);
  },
};

export const prompts: readonly Behaviour[] = [big, odd];
