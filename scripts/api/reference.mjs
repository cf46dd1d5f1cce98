/** The reference of the library by TypeDoc: every public name must be there and say what it is. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Application, Logger, LogLevel, TSConfigReader } from 'typedoc';
import { compilerOptions } from './extract.mjs';

/**
 * Reads the one file of declarations. Returns what is wrong with its comments, a line each; with `html` the reference is
 * written there.
 */
export async function readReference(declarations, { html = null } = {}) {
  const tsconfig = join(dirname(declarations), 'tsconfig.json');
  const project = { compilerOptions: { ...compilerOptions, noEmit: true }, files: [declarations] };
  writeFileSync(tsconfig, JSON.stringify(project));
  const options = {
    name: 'dispatch',
    tsconfig,
    entryPoints: [declarations],
    readme: 'none',
    disableSources: true,
    defaultCategory: 'Types',
    categorizeByGroup: false,
    categoryOrder: ['Where', 'Tasks', 'Looking', 'Following', 'Mail', 'Configuration', 'Care', 'Texts', '*'],
    navigation: { includeCategories: true },
    validation: { notExported: true, invalidLink: true, notDocumented: true },
    requiredToBeDocumented: ['Function', 'Variable', 'Class', 'Interface', 'TypeAlias'],
    githubPages: false,
  };
  const application = await Application.bootstrap(options, [new TSConfigReader()]);
  const logger = new Findings();
  application.logger = logger;
  const read = await application.convert();
  if (read !== undefined) application.validate(read);
  if (html !== null && logger.found.length === 0) await application.generateDocs(read, html);
  return logger.found;
}

/** Warnings and errors, which are all errors here. */
class Findings extends Logger {
  found = [];

  log(message, level) {
    super.log(message, level);
    if (level >= LogLevel.Warn) this.found.push(message);
  }
}
