import * as core from '@dispatch/core';
import { version as number } from '../version.ts';

/**
 * The version of the library and of its program.
 *
 * @category Texts
 */
export const version: string = number;

/**
 * What an agent is told that dispatches: for the instructions of one that acts as host.
 *
 * @category Texts
 */
export const dispatcherPrompt: string = core.dispatcherPrompt;

/**
 * What a worker is told; what stands in braces is filled in for each task.
 *
 * @category Texts
 */
export const workerTemplate: string = core.workerTemplate;

/** What a plan is for. */
export type PlanKind = 'generic' | 'feature' | 'bugfix' | 'refactor' | 'audit' | 'research';

/**
 * Plans to fill in, by what they are for.
 *
 * @category Texts
 */
export const planTemplates: Readonly<Record<PlanKind, string>> = core.planTemplates;
