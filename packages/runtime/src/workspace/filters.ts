import { git } from './git.ts';

/**
 * Settings that switch off the clean and smudge filters which the repository itself defines: `git status` would run
 * them on changed files. The user's own (git-lfs) stay. Null where they cannot be switched off (git before 2.31).
 */
export async function withoutOwnFilters(
  cwd: string,
  deadline: number,
): Promise<Record<string, string> | null> {
  const args = [
    'config',
    '--show-scope',
    '--includes',
    '-z',
    '--get-regexp',
    '^filter\\..*\\.(clean|smudge|process)$',
  ];
  const { code, stdout } = await git({ cwd, args, deadline });
  if (code === 1) return {}; // git-config(1): there is no such key
  if (code !== 0) return null;
  const settings: Record<string, string> = {};
  const fields = stdout.split('\0');
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const scope = fields[at];
    const key = fields[at + 1]?.split('\n')[0] ?? '';
    if (scope === 'system' || scope === 'global' || key === '') continue;
    settings[key] = '';
    settings[key.replace(/\.[^.]+$/, '.required')] = 'false';
  }
  if (Object.keys(settings).length === 0) return settings;
  return (await understandsExactKeys(cwd, deadline)) ? settings : null;
}

async function understandsExactKeys(cwd: string, deadline: number): Promise<boolean> {
  const settings = { 'dispatch.probe': 'yes' };
  const { stdout } = await git({ cwd, args: ['config', '--get', 'dispatch.probe'], deadline, settings });
  return stdout.trim() === 'yes';
}
