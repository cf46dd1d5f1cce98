import { EnvironmentError, UsageError } from '../errors.ts';
import { entryOf, genericType, type Config } from './config.ts';
import { suggestName } from './nearest.ts';
import { placeOf } from './overlay.ts';
import { preferred } from './prefer.ts';

/** A built-in backend whose executable was found on this machine. */
export interface InstalledBackend {
  type: string;
  executable: string;
  /** Null: not known. */
  loggedIn: boolean | null;
}

/** What a task is given to. */
export interface Target {
  /** Its name in the config; that of the type where there is none. */
  backend: string;
  backendType: string;
  /** As configured (a path, or a name for `PATH`), else the path at which it was found. */
  executable: string;
  args: string[];
  /** Null: the agent's own default. */
  model: string | null;
  /** What an alias puts before the request. */
  promptPrefix: string | null;
  /** One sentence: where the choice comes from. */
  why: string;
}

export interface Wanted {
  /** What was typed as `--backend` and `--model`. */
  backend?: string | null;
  model?: string | null;
  /** All built-in types, the preferred ones first. */
  backendTypes: readonly string[];
  installed: readonly InstalledBackend[];
}

type Choice = Pick<Target, 'backend' | 'model' | 'promptPrefix' | 'why'>;

/**
 * Which agent takes a task: what was typed over the config's default over what is installed, where an agent that is
 * logged in goes first, then one of which that is not known, then the order of `backendTypes`.
 * Throws UsageError `unknown_backend`, `unknown_model`; EnvironmentError `backend_missing`.
 */
export function resolveTarget(config: Config | null, wanted: Wanted): Target {
  const { model, ...choice } = choose(config, wanted);
  return { ...choice, model, ...programOf(config, choice.backend, wanted) };
}

function choose(config: Config | null, { backend, model, ...wanted }: Wanted): Choice {
  const asTyped = { model: model ?? null, promptPrefix: null };
  if (typeof backend === 'string') return { backend, ...asTyped, why: `--backend ${backend} was given.` };

  if (config && typeof model === 'string' && hasNames(config)) {
    const found = byModelName(config, model, `--model ${model}`);
    if (found) return found;
    const names = [...Object.keys(config.aliases), ...Object.keys(config.models)];
    const hint = `${suggestName(model, names)} With --backend a model is passed to the agent as it is.`;
    throw new UsageError(
      'unknown_model',
      `${config.path} has no model or alias ${JSON.stringify(model)}`,
      hint,
    );
  }
  const byDefault = config && byConfigDefault(config);
  // A model that was typed here has no name to be looked up by: it goes with the backend that is chosen.
  if (byDefault) return typeof model === 'string' ? { ...byDefault, model } : byDefault;
  const best = bestInstalled(config, wanted);
  return { backend: best.type, ...asTyped, why: best.why };
}

function hasNames(config: Config): boolean {
  return Object.keys(config.models).length + Object.keys(config.aliases).length > 0;
}

function byModelName(config: Config, name: string, from: string): Choice | null {
  const alias = entryOf(config.aliases, name);
  const model = entryOf(config.models, alias?.model ?? name);
  if (!model) return null;
  const kind = alias ? `an alias for ${alias.model}` : 'a model';
  const place = placeOf(config, alias ? `aliases.${name}` : `models.${name}`);
  const why = `${from} is ${kind} of ${model.backend} in ${place}.`;
  return { backend: model.backend, model: model.model, promptPrefix: alias?.prompt ?? null, why };
}

function byConfigDefault(config: Config): Choice | null {
  const plain = { model: null, promptPrefix: null };
  const name = config.default;
  if (name !== null) {
    const why = `${name} is the default backend in ${placeOf(config, 'default')}.`;
    return byModelName(config, name, `The default ${name}`) ?? { backend: name, ...plain, why };
  }
  const [only, ...more] = Object.keys(config.backends);
  if (only === undefined || more.length > 0) return null;
  return {
    backend: only,
    ...plain,
    why: `${only} is the only backend in ${placeOf(config, `backends.${only}`)}.`,
  };
}

function bestInstalled(
  config: Config | null,
  { backendTypes, installed }: Wanted,
): { type: string; why: string } {
  const [best, ...rest] = preferred(installed, backendTypes, (one) => one);
  if (!best) throw noneFound(config, backendTypes);
  const login = { true: ' and logged in', false: ', though not logged in', null: '' }[`${best.loggedIn}`];
  const others = rest.length === 0 ? '' : `, preferred to ${rest.map(({ type }) => type).join(', ')}`;
  return { type: best.type, why: `${best.type} is installed${login}${others}.` };
}

/** None is installed; those that the config says the path of were left to be chosen among. */
function noneFound(config: Config | null, backendTypes: readonly string[]): EnvironmentError {
  const known = backendTypes.filter((type) => type !== genericType).join(', ');
  const configured = Object.entries(config?.backends ?? {}).filter(
    ([, { executable }]) => executable !== null,
  );
  if (config === null || configured.length === 0) {
    const hint = `Install one of ${known}, or name an agent of your own under \`backends\` in the config.`;
    return new EnvironmentError('backend_missing', 'no coding agent was found on this machine', hint);
  }
  const names = configured.map(([name]) => name);
  const message = `no agent is chosen: ${config.path} has ${names.join(', ')} and no default, and none of ${known} is installed`;
  const hint = `Choose with --backend ${names[0]}, or for every task with \`default: ${names[0]}\` in ${config.path}.`;
  return new EnvironmentError('backend_missing', message, hint);
}

function programOf(
  config: Config | null,
  backend: string,
  { backendTypes, installed }: Wanted,
): Pick<Target, 'backendType' | 'executable' | 'args'> {
  const entry = config && entryOf(config.backends, backend);
  const backendType = entry?.type ?? backend;
  const args = entry?.args ?? [];
  const executable = entry?.executable ?? installed.find(({ type }) => type === backendType)?.executable;
  if (executable !== undefined) return { backendType, executable, args };

  if (entry || backendTypes.includes(backend)) {
    const hint = `Install it, or name its path as \`backends.${backend}.executable\` in the config.`;
    throw new EnvironmentError('backend_missing', `${backendType} was not found on this machine`, hint);
  }
  const names = [...Object.keys(config?.backends ?? {}), ...backendTypes];
  const message = `${JSON.stringify(backend)} is no backend of this dispatch${config ? ` or of ${config.path}` : ''}`;
  throw new UsageError('unknown_backend', message, suggestName(backend, names));
}
