export * from './ensure.ts';
export * from './lease.ts';
export * from './roots.ts';
export * from './supervisor.ts';
export * from './index-boot.ts';
