import type { Installed, LookedAfter, SuperviseStatus, Uninstalled } from '@dispatch/runtime';
import type { Page } from '../output/output.ts';
import { harmlessLine } from './harmless.ts';
import { commandPrefix } from './next.ts';
import { relativeTime } from './time.ts';

const wrote = { new: 'Wrote', changed: 'Wrote anew', unchanged: 'It is there already:' } as const;

export function installedLines(installed: Installed, { style }: Page): string[] {
  const { manager, path, written, manager_error: error } = installed;
  return [
    `${wrote[written]} ${harmlessLine(path)}`,
    `${manager} starts what looks after all your stores ${installed.lingers === true ? 'at boot' : 'at your login'}.`,
    ...(error === null
      ? []
      : [style.magenta(`Until it starts anew, ${manager} does not know: ${harmlessLine(error)}`)]),
    ...(installed.lingers === false ? lingerLines(style) : []),
  ];
}

function lingerLines(style: Page['style']): string[] {
  return [
    'At boot, without a login, and beyond your last logout, which otherwise ends what it has started:',
    `  ${style.bold('loginctl enable-linger')}`,
  ];
}

export function uninstalledLines({ path, removed, manager_error: error }: Uninstalled, page: Page): string[] {
  if (!removed) return [`Nothing is installed${path === null ? '' : ` at ${harmlessLine(path)}`}.`];
  return [
    `Removed ${harmlessLine(path ?? '')}; what it has started goes on.`,
    ...(error === null
      ? []
      : [page.style.magenta(`The service manager was not told: ${harmlessLine(error)}`)]),
  ];
}

export function statusLines({ store, service }: SuperviseStatus, page: Page, root: string | null): string[] {
  return [
    ...(store === null ? ['Store       none here; --root PATH names one'] : storeLines(store, page, root)),
    ...serviceLines(service, page),
  ];
}

type Store = NonNullable<SuperviseStatus['store']>;

function storeLines(store: Store, page: Page, root: string | null): string[] {
  return [`Store       ${harmlessLine(store.root)}`, `Supervisor  ${supervisorWords(store, page, root)}`];
}

function supervisorWords(store: Store, { style, now }: Page, root: string | null): string {
  const { state, pid, how, since } = store.supervisor;
  const work = store.has_work ? 'there is work' : 'there is nothing to look after';
  switch (state) {
    case 'held':
      return `process ${pid}${since === null ? '' : `, since ${relativeTime(since, now)}`}; ${work}`;
    case 'unknown':
      return style.magenta(`cannot be judged from here (${harmlessLine(how ?? '')}); ${work}`);
    case 'free':
      return store.has_work
        ? `none, though ${work}: the next command starts one, such as ${style.bold(`${commandPrefix(root)} list`)}`
        : `none; ${work}`;
  }
}

const because = {
  node_gone: 'its node is gone',
  program_gone: 'its program is gone',
  other_node: 'it runs another node',
  other_program: 'it runs another program',
  other_text: 'its text is another one',
} as const;

function serviceLines(service: SuperviseStatus['service'], { style }: Page): string[] {
  const path = harmlessLine(service.path ?? '');
  const install = style.bold('dispatch supervise --install');
  const line = (words: string): string => `Service     ${words}`;
  switch (service.state) {
    case 'foreign':
      return [line(style.magenta(`${path} was not written by dispatch`))];
    case 'unreadable':
      return [line(style.magenta(`${path} cannot be read`))];
    case 'not_installed':
      return [
        line(service.path === null ? 'none: there is no systemd or launchd' : `not installed (${install})`),
      ];
    case 'installed': {
      const wrong = [
        ...(service.enabled ? [] : ['it is not enabled']),
        ...service.stale_because.map((one) => because[one]),
      ];
      const when = service.lingers === true ? 'at boot' : 'at your login';
      return [
        line(`${path}, run by ${service.manager} ${when}`),
        ...(wrong.length === 0 ? [] : [`            ${style.magenta(wrong.join('; '))}: ${install}`]),
      ];
    }
  }
}

const words = {
  started: 'started',
  held: 'is looked after already',
  no_work: 'nothing to do',
  not_started: 'not started',
  unreadable: 'cannot be read',
} as const;

/** Into the journal of the service manager, too. */
export function lookedAfterLines(stores: readonly LookedAfter[], { style }: Page): string[] {
  if (stores.length === 0) return ['You have no stores yet.'];
  return stores.map(({ root, supervision, why }) => {
    const said = `${harmlessLine(root)}: ${words[supervision]}${why === null ? '' : ` (${harmlessLine(why)})`}`;
    return why === null ? said : style.magenta(said);
  });
}
