import { InternalError } from '../errors.ts';

/** Digits in the order of their code points, so that ids sort as plain strings; without i, l, o and u. */
export const idAlphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** 32^9 milliseconds reach to the year 3084. */
const timeLength = 9;
export const randomLength = 5;
export const lastTime = idAlphabet.length ** timeLength - 1;

const taskId = new RegExp(`^[${idAlphabet}]{${timeLength + randomLength}}$`);

/** Whether a text has the form of a task id; says nothing about whether there is such a task. */
export function isTaskId(text: string): boolean {
  return taskId.test(text);
}

/** When a task was made, by its id: milliseconds since 1970. The text must be a task id. */
export function timeOfId(id: string): number {
  if (!isTaskId(id)) throw new InternalError(`not a task id: ${JSON.stringify(id)}`);
  let time = 0;
  for (const digit of id.slice(0, timeLength)) time = time * idAlphabet.length + idAlphabet.indexOf(digit);
  return time;
}

/** The day (UTC) on which a task was made, as `YYYYMMDD`. The text must be a task id. */
export function dayOfId(id: string): string {
  return new Date(timeOfId(id)).toISOString().slice(0, 10).replaceAll('-', '');
}

/** Milliseconds since 1970 as the first part of an id. */
export function timePart(time: number): string {
  let part = '';
  for (let rest = time; part.length < timeLength; rest = Math.floor(rest / idAlphabet.length)) {
    part = idAlphabet.charAt(rest % idAlphabet.length) + part;
  }
  return part;
}
