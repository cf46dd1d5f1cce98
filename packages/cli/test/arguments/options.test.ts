import { expect, test } from 'vitest';
import { everyOption, takesValue, valuedOptions } from '../../src/arguments/options.ts';
import { grammarOf } from '../../src/arguments/parse.ts';
import { commandNames, loadCommand, loadCommands } from '../../src/commands/index.ts';

test('the table of options is what the commands declare', async () => {
  const declared = (await loadCommands()).flatMap((one) => grammarOf(one).options);
  const valued = new Set(declared.filter(({ takesValue }) => takesValue).flatMap(({ names }) => names));
  const plain = new Set(declared.filter(({ takesValue }) => !takesValue).flatMap(({ names }) => names));
  expect(Object.keys(valuedOptions).sort()).toEqual([...valued, '--root'].sort());
  expect(everyOption.filter((name) => !Object.hasOwn(valuedOptions, name)).sort()).toEqual(
    [...[...plain].filter((name) => !valued.has(name)), '--json', '--help', '-h', '--version', '-V'].sort(),
  );
});

test('an option takes a value by the command that it is typed for', async () => {
  for (const one of await loadCommands()) {
    const { word, options } = grammarOf(one);
    for (const { names, takesValue: declared } of options)
      for (const name of names) expect(takesValue(name, word), `${word} ${name}`).toBe(declared);
  }
  expect(takesValue('--status', null)).toBe(true);
});

test('every command has its word, a category, a description, and a description of each option', async () => {
  for (const name of commandNames) {
    const command = (await loadCommand(name))!;
    const grammar = grammarOf(command);
    expect(grammar.word).toBe(name);
    expect(command.usage?.category).toMatch(/^[A-Z]/);
    expect(command.usage?.description).toMatch(/^[a-z]/);
    for (const { names, description } of grammar.options) expect(description, names.join()).not.toBe('');
  }
});

test('there is no command by the name of something that every object has', async () => {
  for (const word of ['constructor', 'toString', '__proto__', '']) expect(await loadCommand(word)).toBeNull();
});
