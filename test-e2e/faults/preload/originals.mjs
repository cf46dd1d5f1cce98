import fs from 'node:fs';

/** The functions of node:fs as they were before the patch; the tool's own files are written with these. */
export const original = functionsOf(fs);
export const originalPromises = functionsOf(fs.promises);

// By descriptor, because merely reading some getters of node:fs prints a deprecation (Node 24: DEP0176).
function functionsOf(module) {
  const found = {};
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(module))) {
    if (typeof value === 'function') found[name] = value;
  }
  return found;
}

/** Gives `wrapper` the name, length and symbols (util.promisify's among them) of the function that it stands for. */
export function like(replaced, wrapper) {
  for (const [key, descriptor] of ownDescriptors(replaced)) {
    if (key !== 'prototype') Object.defineProperty(wrapper, key, descriptor);
  }
  return wrapper;
}

function ownDescriptors(value) {
  return Reflect.ownKeys(value).map((key) => [key, Object.getOwnPropertyDescriptor(value, key)]);
}
