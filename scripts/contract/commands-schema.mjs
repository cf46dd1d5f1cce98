/** The schema of what commands print with `--json`, from the types in `packages/cli/src/contract/index.ts`. */
import { join } from 'node:path';
import ts from 'typescript';
import { TypeSchemas } from './schema-of-types.mjs';

const errorEnvelope = {
  type: 'object',
  description: 'What every command prints where it fails; `code` is one of docs/errors.md.',
  properties: {
    ok: { const: false },
    error: {
      type: 'object',
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        hint: { type: ['string', 'null'], description: 'What to do about it.' },
      },
      required: ['code', 'message', 'hint'],
    },
  },
  required: ['ok', 'error'],
};

/** `known`: schemas of records, by the names of their types. */
export function commandsSchema(repository, known) {
  const file = join(repository, 'packages/cli/src/contract/index.ts');
  const { config } = ts.readConfigFile(join(repository, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, repository);
  const program = ts.createProgram([file], { ...options, composite: false, noEmit: true });
  const [problem] = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
  if (problem !== undefined) throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, '\n'));
  const checker = program.getTypeChecker();
  const schemas = new TypeSchemas(checker, known);
  const data = membersOf('CommandData');
  const lines = membersOf('CommandLines');
  const commands = Object.fromEntries(
    Object.entries(data).map(([name, schema]) => [
      name,
      {
        type: 'object',
        properties: { ok: { const: true }, data: schema },
        required: ['ok', 'data'],
      },
    ]),
  );
  return {
    description:
      'What dispatch prints with --json: one document, of `commands` or `failure`; a command that follows prints ' +
      'values of `lines` before it, one a line. A reader ignores what it does not know: later versions add fields.',
    definitions: { ...sorted(schemas.definitions), failure: errorEnvelope, commands, lines },
  };

  function membersOf(name) {
    const source = program.getSourceFile(file);
    const symbol = checker
      .getExportsOfModule(checker.getSymbolAtLocation(source))
      .find((one) => one.name === name);
    return Object.fromEntries(
      checker
        .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))
        .map((member) => [member.name, schemas.schemaOf(checker.getTypeOfSymbol(member))]),
    );
  }
}

function sorted(object) {
  return Object.fromEntries(Object.entries(object).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
