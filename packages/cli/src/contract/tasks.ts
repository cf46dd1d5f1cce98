import type { UnknownEvent } from '@dispatch/core';
import type {
  Acknowledged,
  Answered,
  Inspected,
  PlacedEvent,
  QuestionsOfTask,
  RawLog,
  StartedTask,
  TaskRow,
  TaskView,
} from '@dispatch/runtime';

/** The first line of a command that starts work and follows it. */
export interface TaskStarted extends Pick<StartedTask, 'task_id' | 'created' | 'status' | 'notices' | 'why'> {
  type: 'task_started';
}

/** The last line of one. */
export interface FollowedTask {
  task_id: string;
  status: TaskView['status'];
  reason: TaskView['reason'];
  /** By Ctrl-C: the task goes on. */
  detached: boolean;
  task: TaskView;
}

export interface AnsweredQuestion extends Answered {
  status: TaskView['status'];
  /** Whether a new attempt was started for it. */
  resumed: boolean;
}

export interface WaitedTasks {
  tasks: TaskView[];
  timed_out: boolean;
  /** By Ctrl-C. */
  interrupted: boolean;
  /** Where one task was waited for, it stands here, too. */
  task_id?: string;
  status?: TaskView['status'];
  task?: TaskView;
}

export interface ListedTask extends TaskRow {
  /** Its store; with `--everywhere`. */
  root?: string;
}

/** A line of `list --watch`: a task as it is from now on. */
export interface ChangedTask extends ListedTask {
  type: 'task';
}

/** A line of `list --watch`: a task that is no part of the list any more. */
export interface GoneTask {
  type: 'gone';
  task_id: string;
  root?: string;
}

/** The last line of `list --watch`. */
export interface WatchedList {
  /** By Ctrl-C. */
  interrupted: boolean;
}

export interface AskingTask extends QuestionsOfTask {
  /** Its store; with `--everywhere`. */
  root?: string;
  /** With `--everywhere`: why a store cannot be read; such an entry has no task. */
  damage?: string | null;
}

export interface InspectedTask extends Omit<Inspected, 'recent_events'> {
  task_id: string;
  pending_question_count: number;
  /** The newest, oldest first. */
  recent_events: ShownEvent[];
}

/** A line of the journal; what is in `data` is told by `kind`: `docs/schemas/event.schema.json`. */
export interface ShownEvent extends UnknownEvent {
  /** What `events --after` goes on from. */
  position: string;
}

/** The last line of `events --follow`. */
export interface FollowedEvents {
  task_id: string;
  position: string | null;
}

export interface TaskLog extends RawLog {
  task_id: string;
  transcript: PlacedEvent[];
  /** Of the last of them; null where there is none. */
  position: string | null;
}

/** The last line of `logs --follow`. */
export interface FollowedLog extends RawLog {
  task_id: string;
  position: string | null;
}

/** The last line of `watch`. */
export interface WatchedTasks {
  cursor: string;
  /** How many were told. */
  told: number;
  timed_out: boolean;
  /** By Ctrl-C. */
  interrupted: boolean;
}

/** What a cursor has taken note of; `begun` with `--begin`: whether it is new, and so has passed over what was there. */
export interface AcknowledgedTasks extends Acknowledged {
  begun?: boolean;
}
