export * from './layout.ts';
export * from './store.ts';
export * from './markers.ts';
export * from './keys.ts';
export * from './create.ts';
export * from './find.ts';
