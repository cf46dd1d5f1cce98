/** A file of its own, so that it becomes a chunk that only probes load. */
export { execa } from 'execa';
