/** The project's tasks of mathematics, whose answers and steps are checked exactly. */
import { maths as domain } from '../domains/maths/index.ts';
import type { Domain, TaskSet } from '../domains/domain.ts';
import { sourceOf } from '../domains/index.ts';
import { TaskDomain } from './domain.ts';

/** Problems with one exact answer; a completion is measured by its steps, too (`steps/valid`). */
export const maths: TaskDomain = new TaskDomain(domain as Domain);

/** The tasks that the project writes: arithmetic, stories, equations, digits and fractions. Takes about a second. */
export const mathsTasks = (): Promise<TaskSet> => sourceOf({ domain: domain.name }).load();
