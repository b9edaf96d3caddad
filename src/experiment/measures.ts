/** What a cell is measured by: each a ratio over the tasks of its last evaluation. */
import type { ComparedCell, TaskResult } from './results.ts';

export interface Measure {
  readonly label: string;
  /** What it is, in a sentence. */
  readonly about: string;
  /** What a task adds to the two sides of the ratio; null where it is not measured there. */
  readonly of: (task: TaskResult) => { readonly total: number; readonly weight: number } | null;
}

const share = (count: (task: TaskResult) => number | null | undefined) => (task: TaskResult) => {
  const total = count(task);
  return total === null || total === undefined ? null : { total: total / task.samples, weight: 1 };
};

export const MEASURES = {
  strict: {
    label: 'held-out pass@1',
    about: 'Share of samples that pass the visible and the held-out checks, averaged over tasks.',
    of: share(({ strict }) => strict),
  },
  visible: {
    label: 'visible pass@1',
    about: 'Share of samples that pass the visible checks.',
    of: share(({ visible }) => visible),
  },
  edge: {
    label: 'edge cases',
    about: 'Share of samples that pass every edge case.',
    of: share(({ parts }) => parts['edge']),
  },
  ordinary: {
    label: 'ordinary tests',
    about: 'Share of samples that pass every test that is no edge case.',
    of: share(({ parts }) => parts['ordinary']),
  },
  best: {
    label: 'best of samples',
    about: 'Share of tasks whose one sample that the reward model scores highest passes every check.',
    of: ({ best }) => ({ total: best.strict, weight: 1 }),
  },
  sound: {
    label: 'right reasoning',
    about: 'Share of samples whose reasoning is right, checked exactly.',
    of: share(({ sound }) => sound),
  },
  agreement: {
    label: 'agreement',
    about: 'Of samples whose reasoning and answer can be read: those in which both say the same.',
    of: ({ agreeing, comparable }) => ({ total: agreeing, weight: comparable }),
  },
  tokens: {
    label: 'tokens',
    about: 'Mean length of a completion in tokens.',
    of: share(({ tokens }) => tokens),
  },
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof MEASURES;
export const MEASURE_NAMES = Object.keys(MEASURES) as [MeasureName, ...MeasureName[]];

/** What something comes to, by measure. */
export type Ends = { readonly [M in MeasureName]?: number };

/** The measure of a cell; null where nothing of it was measured. */
export function measured(
  name: MeasureName,
  { tasks, ends }: Pick<ComparedCell, 'tasks' | 'ends'>,
): number | null {
  const parts = tasks.flatMap((task) => MEASURES[name].of(task) ?? []);
  const weight = parts.reduce((sum, part) => sum + part.weight, 0);
  return weight === 0 ? (ends?.[name] ?? null) : parts.reduce((sum, part) => sum + part.total, 0) / weight;
}
