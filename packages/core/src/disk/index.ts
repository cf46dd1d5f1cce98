export * from './open.ts';
export * from './write.ts';
export * from './store-error.ts';
export * from './sync.ts';
export * from './nonce.ts';
export * from './hash.ts';
export * from './body.ts';
export * from './guard.ts';
