/** One thing that was not as it should be. */
export interface Finding {
  /** What it is, lower snake_case; listed in `docs/errors.md`. */
  what: string;
  task_id: string | null;
  path: string | null;
  /** What was done about it, or what the user has to do; one sentence. */
  action: string;
  repaired: boolean;
}

/** What `doctor` has found. */
export interface Diagnosis {
  findings: Finding[];
  tasks: number;
}

/** Collects what is found; each part of the doctor reports here. */
export type Report = (finding: Finding) => void;
