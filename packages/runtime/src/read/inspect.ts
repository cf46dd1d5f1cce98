import type { AnyEvent } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { recentEvents } from './events.ts';
import { damageOf } from './list.ts';
import { lookAfter, lookAfterUnmarked, openIds } from './look-after.ts';
import { planProgress, type PlanProgress } from './plan-progress.ts';
import { pendingOf, TaskReader, type PendingQuestion, type TaskView } from './view.ts';

/** A task with its open questions and newest events. */
export interface Inspected {
  task: TaskView;
  pending_questions: PendingQuestion[];
  /** Null: there is no plan, or it has no items. */
  plan: PlanProgress | null;
  recent_events: AnyEvent[];
  /** Of the last event, for `events --after`. */
  position: string;
  damage: string | null;
}

/** A task, its open questions and its newest events in one call. */
export function inspectTask(
  dispatcher: Dispatcher,
  id: string,
  { eventLimit }: { eventLimit: number },
): Inspected {
  lookAfter(dispatcher);
  const { view, journal, state } = new TaskReader(dispatcher).read(id);
  lookAfterUnmarked(dispatcher, state.task);
  const { events, position } = recentEvents(journal, eventLimit);
  return {
    task: view,
    pending_questions: pendingOf(view, dispatcher.clock.now().getTime()),
    plan: planProgress(view.artifacts.plan_file),
    recent_events: events,
    position,
    damage: damageOf(view, state),
  };
}

/** The task as it stands now. */
export function statusOf(dispatcher: Dispatcher, id: string): TaskView {
  lookAfter(dispatcher);
  const { view, state } = new TaskReader(dispatcher).read(id);
  lookAfterUnmarked(dispatcher, state.task);
  return view;
}

/** A task and what it asks. */
export interface QuestionsOfTask {
  task_id: string;
  task_title: string;
  status: TaskView['status'];
  questions: PendingQuestion[];
}

/** Open questions of one task; with null those of every task that has any. */
export function questionsOf(dispatcher: Dispatcher, id: string | null): QuestionsOfTask[] {
  lookAfter(dispatcher);
  const reader = new TaskReader(dispatcher);
  const nowMs = dispatcher.clock.now().getTime();
  const of = (one: string): QuestionsOfTask => {
    const { view } = reader.read(one);
    return { task_id: one, task_title: view.title, status: view.status, questions: pendingOf(view, nowMs) };
  };
  if (id !== null) return [of(id)];
  // A terminal task may have a question that nobody answered; it waits for nobody.
  return openIds(dispatcher)
    .flatMap((one) => {
      try {
        return [of(one)];
      } catch {
        return [];
      }
    })
    .filter(({ questions }) => questions.length > 0);
}
