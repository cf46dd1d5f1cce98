/** The surface of the library, of its declarations: one file of them to publish, and a report to review. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { copyDeclarations } from './declarations.mjs';

/** A module of another kind. */
const { Extractor, ExtractorConfig } = createRequire(import.meta.url)('@microsoft/api-extractor');

/**
 * Expects declarations of `tsc -b`. Returns the report and the path of the one file, and what is wrong with the surface, a
 * line each.
 */
export function extractSurface(repository) {
  // Not below node_modules, where everything is somebody else's.
  const folder = join(repository, 'packages/cli/dist/surface');
  const entry = copyDeclarations(repository, join(folder, 'declarations'));
  const [reports, rollup] = [join(folder, 'report'), join(folder, 'index.d.ts')];
  mkdirSync(reports, { recursive: true });
  const problems = [];
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(repository, 'packages/cli/package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: repository,
      mainEntryPointFilePath: entry,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, files: [entry] } },
      apiReport: {
        enabled: true,
        reportFileName: 'dispatch',
        reportFolder: reports,
        reportTempFolder: join(folder, 'temporary'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: true, untrimmedFilePath: rollup },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: {
          default: { logLevel: 'error' },
          'ae-missing-release-tag': { logLevel: 'none' },
          'ae-undocumented': { logLevel: 'none' },
        },
        // TypeDoc reads the comments.
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      message.handled = true;
      if (message.logLevel !== 'error') return;
      const { messageId: what, text } = message;
      const where = what === 'ae-forgotten-export' ? ' Its place is packages/cli/src/api/records.ts.' : '';
      problems.push(`${what}: ${text}.${where}`);
    },
  });
  return {
    problems,
    declarations: rollup,
    report: withoutNoise(readFileSync(join(reports, 'dispatch.api.md'), 'utf8')),
  };
}

/** Of whoever reads the declarations. */
export const compilerOptions = {
  target: 'es2023',
  lib: ['es2023'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  types: ['node'],
  // The compiler has just written them.
  skipLibCheck: true,
};

/** Everything is public, and what has no comment says so by itself. */
function withoutNoise(report) {
  return report
    .replaceAll(/^ *\/\/ \(undocumented\)\n/gm, '')
    .replaceAll(/^\/\/ @public(?: \(undocumented\))?\n/gm, '');
}
