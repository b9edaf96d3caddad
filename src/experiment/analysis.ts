/** What the finished cells of an experiment say, as plain data. */
import { crossedBootstrap, type CrossedBootstrap, type ResampledRatios } from '../statistics/crossed.ts';
import { type Interval, meanInterval } from '../statistics/intervals.ts';
import { holm, pairedTTest } from '../statistics/paired.ts';
import { mean, sum } from '../statistics/samples.ts';
import { type Curve, curvesOf, type DataUse, dataUseOf } from './curves.ts';
import type { Arm, Contrast, Experiment } from './file.ts';
import { MEASURE_NAMES, measured, MEASURES, type MeasureName } from './measures.ts';
import type { CellResult, ComparedCell } from './results.ts';

/** What is compared, and how: the part of an experiment that its results are read by. */
export interface Design extends Pick<Experiment, 'presets' | 'seeds' | 'contrasts' | 'bootstrap'> {
  readonly arms: readonly Pick<Arm, 'name' | 'label' | 'frozen'>[];
}

/** What an arm comes to, over its seeds. */
export interface Estimate {
  /** In the order of the experiment’s seeds; null where the cell is missing or does not measure it. */
  readonly bySeed: readonly (number | null)[];
  /** Seeds that have it. */
  readonly n: number;
  readonly mean: number;
  /** 95 %, Student’s t over seeds; null for one seed, and where every seed is the same cell. */
  readonly interval: Interval | null;
  /** 95 %, by resampling seeds and tasks; null for one seed. */
  readonly bootstrap: Interval | null;
}

export interface ArmAnalysis {
  readonly arm: string;
  readonly label: string;
  readonly frozen: boolean;
  /** Finished cells. */
  readonly cells: number;
  /** Several seeds, but one and the same cell: a start that no seed changes. */
  readonly same: boolean;
  /** Those that at least one of its cells measures. */
  readonly measures: { readonly [M in MeasureName]?: Estimate };
  /** Null where nothing was trained. */
  readonly dataUse: DataUse | null;
}

/** Σ plus − Σ minus. */
export interface ContrastAnalysis extends Pick<
  Contrast,
  'name' | 'label' | 'plus' | 'minus' | 'measure' | 'primary'
> {
  /** In the order of the experiment’s seeds; null where one of the arms is missing. */
  readonly bySeed: readonly (number | null)[];
  /** Seeds that have all arms, of so many. */
  readonly n: number;
  readonly of: number;
  /** Null as long as no seed has all arms. */
  readonly mean: number | null;
  readonly t: number | null;
  readonly degreesOfFreedom: number | null;
  /** Two-sided, of the paired t-test over seeds. */
  readonly p: number | null;
  /** p adjusted by Holm among all contrasts that are not primary; null unless there are several with a p. */
  readonly adjusted: number | null;
  /** 95 %, Student’s t over seeds. */
  readonly interval: Interval | null;
  /** 95 %, by resampling seeds and tasks; null for one seed. */
  readonly bootstrap: Interval | null;
}

export interface PresetAnalysis {
  readonly preset: string;
  /** Tasks of the last evaluation, over all cells. */
  readonly tasks: number;
  readonly arms: readonly ArmAnalysis[];
  readonly contrasts: readonly ContrastAnalysis[];
  readonly curves: readonly Curve[];
}

export interface Place {
  readonly arm: string;
  readonly preset: string;
  readonly seed: number;
}

export interface Analysis {
  readonly cells: number;
  readonly missing: readonly Place[];
  readonly presets: readonly PresetAnalysis[];
}

/** The finished cells of a plan, each in its place: what was computed once may stand in several. */
export const inPlaces = (
  plan: readonly (Place & { readonly key: string })[],
  finished: ReadonlyMap<string, CellResult>,
): CellResult[] =>
  plan.flatMap(({ key, arm, preset, seed }) => {
    const result = finished.get(key);
    return result === undefined ? [] : [{ ...result, arm, preset, seed }];
  });

/** Cells of one preset, found by arm and seed. */
type Find = (arm: string, seed: number) => ComparedCell | null;

/**
 * Cells that the design does not name are left out. Of an unfinished experiment, a contrast counts only the seeds
 * that have all its arms.
 */
export function analyse(design: Design, results: readonly ComparedCell[]): Analysis {
  const places = design.seeds.flatMap((seed) =>
    design.presets.flatMap((preset) => design.arms.map(({ name }) => ({ arm: name, preset, seed }))),
  );
  const id = ({ arm, preset, seed }: Place): string => `${seed} ${preset} ${arm}`;
  const found = new Map(results.map((result) => [id(result), result]));
  const presets = design.presets.map((preset) =>
    analysePreset(design, preset, (arm, seed) => found.get(id({ arm, preset, seed })) ?? null),
  );
  return {
    cells: places.length,
    missing: places.filter((place) => !found.has(id(place))),
    presets: withAdjusted(presets),
  };
}

function analysePreset(design: Design, preset: string, find: Find): PresetAnalysis {
  const { seeds, arms, contrasts } = design;
  const all = arms.map(({ name }) => seeds.flatMap((seed) => find(name, seed) ?? []));
  const resampling = new Resampling(design, all.flat());
  const trained = arms.map((arm, i) => ({ arm: arm.name, cells: all[i]! }));
  return {
    preset,
    tasks: resampling.tasks,
    arms: arms.map(({ name, label, frozen }, i) => {
      const cells = all[i]!;
      const same = cells.length > 1 && new Set(cells.map(({ key }) => key)).size === 1;
      const own = seeds.map((seed) => find(name, seed));
      return {
        arm: name,
        label,
        frozen,
        cells: cells.length,
        same,
        measures: measuresOf(own, same, resampling),
        dataUse: dataUseOf(cells),
      };
    }),
    contrasts: contrasts.map((contrast) => contrastOf(contrast, seeds, find, resampling)),
    curves: curvesOf(trained),
  };
}

/** The draws that all quantities of a preset share, and what was already resampled by them. */
class Resampling {
  readonly #places: ReadonlyMap<string, number>;
  readonly #options: Design['bootstrap'];
  readonly #bootstraps = new Map<number, CrossedBootstrap>();
  readonly #ratios = new Map<string, ResampledRatios>();

  constructor({ bootstrap }: Design, cells: readonly ComparedCell[]) {
    const tasks = new Set(cells.flatMap((cell) => cell.tasks.map(({ task }) => task)));
    this.#places = new Map([...tasks].map((task, i) => [task, i]));
    this.#options = bootstrap;
  }

  get tasks(): number {
    return this.#places.size;
  }

  /** @param sides the cells of each arm in the same order of seeds, and what they count for */
  interval(
    measure: MeasureName,
    sides: readonly { readonly coefficient: number; readonly cells: readonly ComparedCell[] }[],
  ): Interval | null {
    const replicates = sides[0]!.cells.length;
    if (replicates < 2 || this.tasks === 0) return null;
    return this.#bootstrap(replicates).interval(
      sides.map(({ coefficient, cells }) => ({ coefficient, ratios: this.#resampled(measure, cells) })),
    );
  }

  #bootstrap(replicates: number): CrossedBootstrap {
    const known = this.#bootstraps.get(replicates);
    const made = known ?? crossedBootstrap(replicates, this.tasks, this.#options);
    this.#bootstraps.set(replicates, made);
    return made;
  }

  #resampled(measure: MeasureName, cells: readonly ComparedCell[]): ResampledRatios {
    const id = [measure, cells[0]!.arm, ...cells.map(({ seed }) => seed)].join(' ');
    const known = this.#ratios.get(id);
    const made = known ?? this.#bootstrap(cells.length).ratios(this.#grid(measure, cells));
    this.#ratios.set(id, made);
    return made;
  }

  /** A task that a cell did not evaluate has no weight there. */
  #grid(measure: MeasureName, cells: readonly ComparedCell[]) {
    const totals = new Float64Array(cells.length * this.tasks);
    const weights = new Float64Array(cells.length * this.tasks);
    for (const [replicate, cell] of cells.entries())
      for (const task of cell.tasks) {
        const part = MEASURES[measure].of(task);
        const at = replicate * this.tasks + this.#places.get(task.task)!;
        totals[at]! += part?.total ?? 0;
        weights[at]! += part?.weight ?? 0;
      }
    return { totals, weights };
  }
}

function measuresOf(
  bySeed: readonly (ComparedCell | null)[],
  same: boolean,
  resampling: Resampling,
): ArmAnalysis['measures'] {
  const estimates = MEASURE_NAMES.flatMap((name): [MeasureName, Estimate][] => {
    const values = bySeed.map((cell) => cell && measured(name, cell));
    const cells = bySeed.filter((cell, i): cell is ComparedCell => cell !== null && values[i] !== null);
    if (cells.length === 0) return [];
    const { n, mean: centre, interval } = meanInterval(values.filter((value) => value !== null));
    const bootstrap = resampling.interval(name, [{ coefficient: 1, cells }]);
    return [[name, { bySeed: values, n, mean: centre, interval: same ? null : interval, bootstrap }]];
  });
  return Object.fromEntries(estimates);
}

function contrastOf(
  { name, label, plus, minus, measure, primary }: Contrast,
  seeds: readonly number[],
  find: Find,
  resampling: Resampling,
): ContrastAnalysis {
  const about = { name, label, plus, minus, measure, primary, of: seeds.length, adjusted: null };
  const arms = [...plus, ...minus];
  const complete = seeds.map((seed) => {
    const cells = arms.flatMap((arm) => find(arm, seed) ?? []);
    const values = cells.map((cell) => measured(measure, cell)).filter((value) => value !== null);
    return values.length === arms.length ? { cells, values } : null;
  });
  const used = complete.filter((each) => each !== null);
  const first = used.map(({ values }) => sum(values.slice(0, plus.length)));
  const second = used.map(({ values }) => sum(values.slice(plus.length)));
  const bySeed = complete.map(
    (each) => each && sum(each.values.slice(0, plus.length)) - sum(each.values.slice(plus.length)),
  );
  if (used.length === 0)
    return { ...about, bySeed, n: 0, mean: null, t: null, degreesOfFreedom: null, p: null, interval: null, bootstrap: null }; // prettier-ignore
  const sides = arms.map((_, i) => ({
    coefficient: i < plus.length ? 1 : -1,
    cells: used.map(({ cells }) => cells[i]!),
  }));
  return { ...about, bySeed, ...pairedTTest(first, second), bootstrap: resampling.interval(measure, sides) };
}

/** Every further contrast is another chance to find something; the primary one was chosen beforehand and stands alone. */
function withAdjusted(presets: readonly PresetAnalysis[]): PresetAnalysis[] {
  const others = presets.flatMap(({ contrasts }) =>
    contrasts.filter(({ primary, p }) => !primary && p !== null),
  );
  if (others.length < 2) return [...presets];
  const ps = holm(others.map(({ p }) => p!));
  return presets.map((preset) => ({
    ...preset,
    contrasts: preset.contrasts.map((contrast) => ({
      ...contrast,
      adjusted: ps[others.indexOf(contrast)] ?? null,
    })),
  }));
}

/** The measure that the experiment is about: that of its primary contrast, or else of its first. */
export function mainMeasure({ contrasts }: Pick<Design, 'contrasts'>): MeasureName {
  return (contrasts.find(({ primary }) => primary) ?? contrasts[0])?.measure ?? 'strict';
}

/** Seconds of all cells and of one, each cell counted once however many seeds share it. */
export function secondsOf(results: readonly CellResult[]): { readonly total: number; readonly mean: number } {
  const each = [...new Map(results.map(({ key, seconds }) => [key, seconds])).values()];
  return { total: sum(each), mean: each.length === 0 ? 0 : mean(each) };
}
