/** Runs that somebody chose, as arms: those that differ in nothing but the seed are one. */
import { GATES } from '../rl/gate.ts';
import type { EvalRecord, FullConfig, StepRecord } from '../rl/types.ts';
import { groupBy } from '../statistics/samples.ts';
import type { Design } from './analysis.ts';
import { cautionsOf } from './cautions.ts';
import type { Ends } from './measures.ts';
import type { ComparedCell, ExampleGroup } from './results.ts';
import { type Settings, shownSetting, splitSettings } from './settings.ts';

export interface ChosenRun {
  readonly id: string;
  /** What a person called it. */
  readonly name: string | null;
  readonly config: FullConfig;
  /** The weights that it began with, where they were chosen. */
  readonly start: string | null;
  readonly steps: readonly StepRecord[];
  readonly evals: readonly EvalRecord[];
}

/** An arm with what decides its numbers beside the seed. */
export interface ArmSettings {
  readonly name: string;
  readonly label: string;
  /** Null where they are not known. */
  readonly settings: Settings | null;
}

/** What is compared without a plan: what it is of, and what to mind. */
export interface Comparison {
  readonly title: string;
  readonly design: Design;
  readonly cells: readonly ComparedCell[];
  readonly arms: readonly ArmSettings[];
  /** What a reader must know before believing the numbers, in sentences. */
  readonly cautions: readonly string[];
}

/** Settings that say nothing of how a run trains; how long it trains decides the learning rate only with a schedule. */
const BESIDE: ReadonlySet<string> = new Set<keyof FullConfig>([
  'seed',
  'preset',
  'steps',
  'evalEvery',
  'evalTasks',
  'checkpointEvery',
]);

export function settingsOf({ config, start }: Pick<ChosenRun, 'config' | 'start'>): Settings {
  const counts = (name: string): boolean =>
    !BESIDE.has(name) || (name === 'steps' && config.lrSchedulerType !== 'constant');
  const own = Object.entries(config).filter(([name]) => counts(name));
  return {
    start: start ?? 'the site’s',
    ...Object.fromEntries(own.map(([name, value]) => [name, shownSetting(value)])),
  };
}

/** Several runs of the same settings and the same seed are arms of their own: a seed stands in an arm once. */
function armsOf(runs: readonly ChosenRun[]): ChosenRun[][] {
  const arms: ChosenRun[][] = [];
  for (const alike of groupBy(runs, (run) => JSON.stringify(settingsOf(run)))) {
    const again = (run: ChosenRun): number =>
      alike.slice(0, alike.indexOf(run)).filter(({ config }) => config.seed === run.config.seed).length;
    arms.push(...groupBy(alike, again));
  }
  return arms;
}

/** Settings that an arm is called by at most. */
const NAMED = 2;

/** By the gate and by what else differs; by its name, where a person gave all of its runs one. */
function labelsOf(arms: readonly (readonly ChosenRun[])[]): string[] {
  const { own } = splitSettings(arms.map(([run]) => settingsOf(run!)));
  const labels = arms.map((runs) => {
    const [first] = runs;
    const { name } = first!;
    if (name !== null && runs.every((run) => run.name === name)) return name;
    const settings = settingsOf(first!);
    const others = own.filter((setting) => setting !== 'gate' && (settings[setting] ?? '').length < 24);
    const parts = others.slice(0, NAMED).map((setting) => `${setting} ${settings[setting]}`);
    return [GATES[first!.config.gate].label, ...parts].join(', ');
  });
  return labels.map((label, i) => {
    const before = labels.slice(0, i).filter((other) => other === label).length;
    return before === 0 ? label : `${label} (${before + 1})`;
  });
}

/** The last held-out evaluation. */
function endsOf({ evals }: ChosenRun): Ends {
  const { metrics } = evals.at(-1) ?? { metrics: {} as EvalRecord['metrics'] };
  const [strict, visible] = [metrics['eval/pass@1'], metrics['eval/visible_pass@1']];
  return { ...(strict !== undefined && { strict }), ...(visible !== undefined && { visible }) };
}

/** Every other arm against the first. */
export const againstFirst = (arms: Design['arms']): Design['contrasts'] =>
  arms.slice(1).map((arm) => ({
    name: `${arm.name} − ${arms[0]!.name}`,
    label: `${arm.label} against ${arms[0]!.label}`,
    plus: [arm.name],
    minus: [arms[0]!.name],
    measure: 'strict',
    primary: false,
  }));

export const titleOf = (arms: Design['arms']): string =>
  arms.length === 2
    ? `${arms[0]!.label} against ${arms[1]!.label}`
    : arms.map(({ label }) => label).join(', ');

/** Draws of the intervals that resample. */
export const BOOTSTRAP = { resamples: 2000, seed: 1 } as const;

/**
 * @param runs at least one, in the order of the arms
 * @param groupsOf completions of a run to show, where they are at hand
 */
export function compareRuns(
  runs: readonly ChosenRun[],
  groupsOf: (run: ChosenRun) => readonly ExampleGroup[] = () => [],
): Comparison {
  const arms = armsOf(runs);
  const labels = labelsOf(arms);
  const named = arms.map((own, i) => ({ name: labels[i]!, label: labels[i]!, frozen: false, own }));
  const cells = named.flatMap(({ name, own }) =>
    own.map((run): ComparedCell => ({
      key: run.id,
      arm: name,
      preset: '',
      seed: run.config.seed,
      frozen: false,
      steps: run.steps,
      evals: run.evals,
      tasks: [],
      ends: endsOf(run),
      groups: groupsOf(run),
    })),
  );
  const designed = named.map(({ name, label, frozen }) => ({ name, label, frozen }));
  return {
    title: titleOf(designed),
    design: {
      presets: [''],
      seeds: [...new Set(runs.map(({ config }) => config.seed))].sort((a, b) => a - b),
      arms: designed,
      contrasts: againstFirst(designed),
      bootstrap: BOOTSTRAP,
    },
    cells,
    arms: named.map(({ name, label, own }) => ({ name, label, settings: settingsOf(own[0]!) })),
    cautions: cautionsOf(named.flatMap(({ label, own }) => own.map((run) => ({ ...run, label })))),
  };
}
