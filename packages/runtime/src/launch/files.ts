import { closeSync, constants, fstatSync, realpathSync } from 'node:fs';
import { errnoOf, openRegular, PlantedLink } from '@dispatch/core';

/** Descriptors that become the agent's stdin, stdout and stderr. */
export interface AttemptFiles {
  prompt: number;
  stdout: number;
  stderr: number;
}

const { O_APPEND, O_CREAT, O_RDONLY, O_WRONLY } = constants;

/**
 * Opens an attempt's prompt, and its logs to append to; the logs are made where they are missing, never truncated.
 * Throws PlantedLink where anything but a plain file stands there, or the error of open(2).
 */
export function openAttemptFiles(paths: { prompt: string; stdout: string; stderr: string }): AttemptFiles {
  const opened: number[] = [];
  const kept = (fd: number): number => {
    opened.push(fd);
    return fd;
  };
  try {
    const prompt = kept(openPlain(paths.prompt, O_RDONLY));
    const stdout = kept(openLog(paths.stdout));
    return { prompt, stdout, stderr: kept(openLog(paths.stderr)) };
  } catch (error) {
    opened.forEach((fd) => closeSync(fd));
    throw error;
  }
}

export function closeAttemptFiles(files: AttemptFiles): void {
  for (const fd of [files.prompt, files.stdout, files.stderr]) closeSync(fd);
}

function openLog(path: string): number {
  const fd = openPlain(path, O_WRONLY | O_APPEND | O_CREAT);
  // A second name would be a file elsewhere that grows with the log.
  if (fstatSync(fd).nlink === 1) return fd;
  closeSync(fd);
  throw new PlantedLink(path);
}

function openPlain(path: string, flags: number): number {
  try {
    return openRegular(path, flags);
  } catch (error) {
    if (errnoOf(error) === 'EISDIR') throw new PlantedLink(path);
    throw error;
  }
}

/** Throws PlantedLink if the folder is missing or any part of its path is a link. */
export function requireRealPath(folder: string): void {
  let real: string | null = null;
  try {
    real = realpathSync(folder);
  } catch {
    // Gone, or not to be entered: not the folder that was meant.
  }
  if (real !== folder) throw new PlantedLink(folder);
}
