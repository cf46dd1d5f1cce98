export * from './facts.ts';
export * from './decide.ts';
