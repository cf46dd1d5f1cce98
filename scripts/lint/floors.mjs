/** An ESLint plugin of one rule: which module may import which. See "Floors" in AGENTS.md. */
import { builtinModules } from 'node:module';
import { relative, resolve, sep } from 'node:path';

const builtins = new Set(builtinModules);

/** From the bottom up. `below`: the packages it may enter. `never`: node modules that do not belong there. */
const floors = {
  core: { below: [], never: ['child_process', 'cluster', 'dgram', 'http', 'http2', 'https', 'net', 'tls'] },
  backends: {
    below: ['core'],
    never: ['child_process', 'fs', 'fs/promises', 'http', 'https', 'net', 'timers', 'timers/promises'],
  },
  runtime: { below: ['core', 'backends'], never: [] },
  cli: { below: ['core', 'backends', 'runtime'], never: [] },
};

/** Beside the index, for what a reading command may not wait for. */
const doors = new Set(['runtime/read']);

/** The pi extension is put together of the texts of its modules and of these, so that nothing in it is written twice. */
const inPiExtension = new Set([
  'packages/cli/src/print/harmless.ts',
  'packages/cli/src/print/state-words.ts',
]);

export const floorsRule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = context.filename;
    const [top, name, folder] = relative(context.cwd, file).split(sep);
    const floor = top === 'packages' && folder === 'src' ? name : null;

    function look(source) {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const message = objection(source.value);
      if (message !== null) context.report({ node: source, message });
    }

    function objection(specifier) {
      if (specifier.startsWith('.')) return relativeObjection(specifier);
      const own = /^@dispatch\/([^/]+)(\/.*)?$/.exec(specifier);
      if (own) return packageObjection(own[1], own[2]);
      const bare = specifier.replace(/^node:/, '');
      if (!builtins.has(bare)) return null;
      if (specifier === bare) return `write node:${bare}`;
      return floor !== null && floors[floor]?.never.includes(bare)
        ? `${floor} never imports ${specifier}`
        : null;
    }

    function relativeObjection(specifier) {
      if (/\.js$/.test(specifier) || !/\.\w+$/.test(specifier))
        return 'end a relative import in .ts (or .mjs)';
      const target = relative(context.cwd, resolve(file, '..', specifier)).split(sep);
      if (target[0] !== 'packages' || (target[1] === name && top === 'packages')) return null;
      const isOfPiExtension = top === 'integrations' && name === 'pi-dispatch-host' && folder === 'src';
      if (isOfPiExtension && inPiExtension.has(target.join('/'))) return null;
      // A test of a package may use another's fixtures; sources are entered through their package's name.
      return target[2] === 'src' ? `enter @dispatch/${target[1]} through its name` : null;
    }

    function packageObjection(target, inside) {
      if (inside !== undefined && !doors.has(`${target}${inside}`))
        return `enter @dispatch/${target} through its index`;
      if (floor === null || floors[floor] === undefined) return null;
      if (target === floor) return 'a package does not import itself by name';
      return floors[floor].below.includes(target)
        ? null
        : `${floor} stands below ${target} and must not import it`;
    }

    return {
      ImportDeclaration: (node) => look(node.source),
      ExportNamedDeclaration: (node) => look(node.source),
      ExportAllDeclaration: (node) => look(node.source),
      ImportExpression: (node) => look(node.source),
      TSImportType: (node) => look(node.source ?? node.argument?.literal),
    };
  },
};

export default { rules: { floors: floorsRule } };
