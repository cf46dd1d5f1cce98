import { rules, type Rule, type Severity } from './rules.ts';

/** One place where a store is not what the format says. */
export interface Departure {
  /** Of the table in `docs/file-format.md`. */
  rule: Rule;
  severity: Severity;
  task_id: string | null;
  /** Relative to the root. */
  path: string | null;
  /** Of the journal, counted from 1. */
  line: number | null;
  message: string;
}

/** What a store is, held against the format. */
export interface Conformance {
  root: string;
  /** What `format.json` says; null where it does not say it. */
  format: number | null;
  tasks: number;
  /** Whether nothing in it is an error. */
  conforms: boolean;
  departures: Departure[];
}

/** Collects what is found in a store, or in one task of it. */
export class Departures {
  readonly found: Departure[] = [];
  readonly #taskId: string | null;

  constructor(taskId: string | null = null) {
    this.#taskId = taskId;
  }

  add(rule: Rule, path: string | null, message: string, line: number | null = null): void {
    this.found.push({ rule, severity: rules[rule], task_id: this.#taskId, path, line, message });
  }

  /** As `add`, for what is met by everybody who looks there. */
  addOnce(rule: Rule, path: string, message: string): void {
    if (!this.found.some((one) => one.rule === rule && one.path === path)) this.add(rule, path, message);
  }
}
