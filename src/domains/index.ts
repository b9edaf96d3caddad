import * as v from 'valibot';
import { code } from './code/index.ts';
import type { SiteDomain, TaskFile, TaskSet } from './domain.ts';
import { maths } from './maths/index.ts';

/** One entry here is a domain everywhere: in settings, runs, evaluation, store and views. */
const DOMAINS: readonly SiteDomain[] = [code, maths];

export const DOMAIN_NAMES = DOMAINS.map(({ name }) => name) as [string, ...string[]];
export const DEFAULT_DOMAIN = code.name;
export const DEFAULT_SOURCE = 'starter';

/** Which tasks a run is about. Absent settings are the defaults, which older runs had no other than. */
export interface TaskChoice {
  readonly domain?: string;
  /** Name of a source of the domain. */
  readonly tasks?: string;
  /** Settings of the source. */
  readonly taskSettings?: Readonly<Record<string, unknown>>;
}

/** No such domain, source or setting: one sentence per fault. */
export class UnknownTasksError extends Error {
  override readonly name = 'UnknownTasksError';
}

/** @throws UnknownTasksError */
export function domainOf({ domain = DEFAULT_DOMAIN }: TaskChoice): SiteDomain {
  const found = DOMAINS.find(({ name }) => name === domain);
  if (!found)
    throw new UnknownTasksError(
      `domain must be one of ${DOMAIN_NAMES.join(', ')}, not ${JSON.stringify(domain)}.`,
    );
  return found;
}

/** Tasks that were chosen, ready to load. */
export interface ChosenTasks {
  /** Hash of the file that they are in, which is to be handed to `load`; null where the project writes them. */
  readonly file: string | null;
  /** @throws TaskFileError */
  readonly load: (file?: TaskFile | null) => Promise<TaskSet>;
}

/** The source that was chosen. @throws UnknownTasksError for a source or settings it does not have */
export function sourceOf(choice: TaskChoice): ChosenTasks {
  const { sources } = domainOf(choice);
  const { tasks = DEFAULT_SOURCE, taskSettings = {} } = choice;
  const source = sources.find(({ name }) => name === tasks);
  if (!source)
    throw new UnknownTasksError(
      `tasks must be one of ${sources.map(({ name }) => name).join(', ')}, not ${JSON.stringify(tasks)}.`,
    );
  const settings = v.safeParse(source.settings, taskSettings);
  if (settings.success) {
    const { output } = settings;
    return { file: source.fileOf?.(output) ?? null, load: (file) => source.load(output, file) };
  }
  throw new UnknownTasksError(
    settings.issues
      .map((issue) => {
        const path = v.getDotPath(issue);
        const name = path === null ? 'taskSettings' : `taskSettings.${path}`;
        const fault =
          issue.type === 'strict_object' ? `is no setting of the tasks “${tasks}”` : issue.message;
        return `${name} ${fault}.`;
      })
      .join(' '),
  );
}
