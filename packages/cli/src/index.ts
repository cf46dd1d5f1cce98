export { main } from './main.ts';
export type { Outside, Terminal } from './context.ts';
export { version } from './version.ts';
