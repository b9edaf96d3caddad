import type { Task } from '../domain.ts';

/** The request of a prompt without its comment signs and signature. */
export function asked(task: Pick<Task, 'prompt'>): string {
  return task.prompt
    .split('\n')
    .map((line) =>
      line
        .replace(/^\s*(#|\/\/|"""|''')\s?/, '')
        .replace(/("""|''')\s*$/, '')
        .trim(),
    )
    .filter((line) => line !== '' && !/^(def|function) /.test(line))
    .join(' ');
}
