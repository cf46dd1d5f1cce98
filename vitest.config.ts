import { defineConfig } from 'vitest/config';

// `@dispatch/*` is read from its sources: a test never runs against what was built before the last change.
const conditions = ['source', 'node', 'import', 'module', 'default'];

// `npm run recordings` runs it, and nothing else does.
const onlyByRecordings =
  process.env.DISPATCH_RECORDINGS_REPORT === undefined ? [] : ['test-e2e/recorder/record.ts'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{packages,integrations}/*/test/**/*.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test-e2e/**/*.test.ts', ...onlyByRecordings],
          globalSetup: ['test-e2e/setup/global.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each test runs several processes of its own. Another group than `unit`, because it has another number.
          maxWorkers: 2,
          maxConcurrency: 3,
          sequence: { groupOrder: 1 },
          // A package that the client of MCP needs offers its sources, too, which Node cannot run.
          server: { deps: { inline: [/@modelcontextprotocol/, /eventsource/] } },
        },
      },
    ],
  },
});
