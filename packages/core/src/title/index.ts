export { deriveTitle } from './derive-title.ts';
export { preview } from './preview.ts';
