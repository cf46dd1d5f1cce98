import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { EnvironmentError, sha256 } from '@dispatch/core';
import type { Surroundings } from '../dispatcher.ts';
import { startArguments, type ServiceProgram } from './command.ts';
import { launchdAgent, programOfAgent } from './launchd.ts';
import { programOfUnit, systemdUnit } from './systemd.ts';

/** What starts a user's services; one file for each home of dispatch. */
export interface ServicePlan {
  manager: 'systemd' | 'launchd';
  /** By which the manager knows it. */
  name: string;
  path: string;
  text: string;
  /** What enables a unit of systemd: a link to its path. */
  link: string | null;
  /** What is run by another text of the same kind; null where that is not of our making. */
  programOf(text: string): ServiceProgram | null;
}

/** The service of this home, whether it is installed or not; null on a system whose services are not known here. */
export function planService(
  surroundings: Surroundings,
  platform: NodeJS.Platform = process.platform,
): ServicePlan | null {
  const { environment, home, program: ask } = surroundings;
  const userHome = environment['HOME'] || homedir();
  const isDefault = home.home === join(userHome, '.dispatch');
  const name = isDefault ? 'dispatch' : `dispatch-${sha256(home.home).slice(0, 8)}`;
  const command = { node: ask.node, program: ask.program, home: home.home };
  if (platform === 'linux') {
    const unit = `${name}.service`;
    const folder = join(configHome(environment, userHome), 'systemd/user');
    return {
      manager: 'systemd',
      name: unit,
      path: join(folder, unit),
      text: systemdUnit(command),
      link: join(folder, 'default.target.wants', unit),
      programOf: programOfUnit,
    };
  }
  if (platform !== 'darwin') return null;
  const label = `local.${name}`;
  return {
    manager: 'launchd',
    name: label,
    path: join(userHome, 'Library/LaunchAgents', `${label}.plist`),
    text: launchdAgent(label, command),
    link: null,
    programOf: programOfAgent,
  };
}

/** The same where there has to be one. Throws EnvironmentError `no_service_manager`. */
export function requireService(surroundings: Surroundings, platform?: NodeJS.Platform): ServicePlan {
  const plan = planService(surroundings, platform);
  if (plan === null)
    throw noServiceManager(surroundings, `${platform ?? process.platform} has neither systemd nor launchd`);
  return plan;
}

export function noServiceManager({ program, home }: Surroundings, why: string): EnvironmentError {
  const words = [`DISPATCH_HOME=${home.home}`, program.node, program.program, ...startArguments];
  return new EnvironmentError(
    'no_service_manager',
    `nothing was installed: ${why}`,
    `Where there is cron, \`crontab -e\` takes this line: @reboot ${words.map(wordOfCrontab).join(' ')}`,
  );
}

/** For its shell, and with no percent that cron would take for the end of the line. */
function wordOfCrontab(word: string): string {
  const forShell = /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
  return forShell.replaceAll('%', '\\%');
}

/** By the XDG Base Directory Specification, which has a relative path ignored. */
function configHome(environment: Surroundings['environment'], userHome: string): string {
  const wanted = environment['XDG_CONFIG_HOME'] ?? '';
  return isAbsolute(wanted) ? wanted : join(userHome, '.config');
}
