import { isCi } from './ci.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether the terminal is known to show OSC 8 hyperlinks: it has to say who it is. FORCE_HYPERLINK goes before all
 * else; tmux and screen do not hand on what their own terminal is told by.
 */
export function hasLinks(env: Environment, { color }: { color: boolean }): boolean {
  const forced = env['FORCE_HYPERLINK'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (!color || isCi(env) || env['TERM'] === 'dumb') return false;
  if (env['TMUX'] || env['STY'] || /^(tmux|screen)/.test(env['TERM'] ?? '')) return false;
  if (env['WT_SESSION'] || env['KITTY_WINDOW_ID']) return true;
  // 0.50.0 crashed on them.
  if (Number(env['VTE_VERSION']) > 5000) return true;
  return isKnownProgram(env['TERM_PROGRAM'], env['TERM_PROGRAM_VERSION'] ?? '');
}

function isKnownProgram(name: string | undefined, version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  switch (name) {
    case 'iTerm.app':
      return major > 3 || (major === 3 && minor >= 1);
    case 'WezTerm':
      // Its versions are dates: 20200620-160318-e00b076c.
      return Number.parseInt(version, 10) >= 20200620;
    case 'vscode':
      return major > 1 || (major === 1 && minor >= 72);
    case 'ghostty':
      return true;
    default:
      return false;
  }
}

/** The text with a link to a file or folder behind it; every byte of the path that means anything else is encoded. */
export function fileLink(text: string, path: string): string {
  // Loaded for the first link: it costs every other start.
  const { hostname } = process.getBuiltinModule('node:os');
  return `\x1b]8;;file://${encoded(hostname())}${encoded(path)}\x1b\\${text}\x1b]8;;\x1b\\`;
}

function encoded(text: string): string {
  return Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9/_.~-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}
