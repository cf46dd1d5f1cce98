// Loaded by `node --import` in the crash matrix only: turns every mutating call of node:fs below some folders into a
// numbered boundary at which the process can be killed, failed or given a short count. See README.md for the settings.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { installCompounds } from './preload/compounds.mjs';
import { installPrimitives } from './preload/primitives.mjs';
import { settings } from './preload/settings.mjs';

if (settings.roots.length > 0) {
  installPrimitives(fs);
  installCompounds(fs);
  // Named imports of ES modules are bindings of their own; without this they would keep the original functions.
  syncBuiltinESMExports();
}
