import type { Context } from '../context.ts';

/** Around whom a server of commands carries them out. */
export type Served = Pick<Context, 'outside' | 'root'>;
