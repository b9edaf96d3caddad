/** A benchmark on view: what is evaluated of it, and evaluating the rest. It goes on while another screen is open. */
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { unlessAborted } from '../../../abort.ts';
import { isAbort, messageOf } from '../../../errors.ts';
import type { EvaluationFile, EvaluationPlan } from '../../../evaluation/files.ts';
import type { EvaluatedPart } from '../../../evaluation/evaluate.ts';
import type { RunQueue } from '../../../run/queue.ts';
import { sum } from '../../../statistics/samples.ts';
import type { Store } from '../../../store/index.ts';
import { text } from '../text.ts';
import type { Plan, PlannedPolicy } from './plan.ts';
import { type Benchmark, countsOf, type Evaluation, isWhole, storedOf } from './stored.ts';

/** `queued`: it begins, or goes on, when something else has ended. */
export type BenchmarkStatus = 'queued' | 'running' | 'stopped' | 'done';

export type BenchmarkStore = Pick<Store, 'putBenchmark' | 'putBenchmarkPart' | 'holdBenchmark'>;

export interface BenchWork {
  /** Tasks that are done already. */
  readonly from: number;
  readonly keep: (part: EvaluatedPart, device: EvaluationFile['device']) => Promise<void>;
}

/** A policy with the tasks that it is evaluated on. */
export interface Prepared {
  readonly plan: EvaluationPlan;
  /** @throws AbortError when the signal fires */
  compute(work: BenchWork, signal: AbortSignal): Promise<unknown>;
}

/** Opens a policy and its tasks. @throws where the policy cannot be evaluated on them */
export type Bench = (plan: Plan, policy: PlannedPolicy) => Promise<Prepared>;

export type BenchmarkNews =
  { readonly kind: 'failed'; readonly error: unknown } | { readonly kind: 'held elsewhere' };

export interface BenchmarkRunOptions {
  readonly store: () => Promise<BenchmarkStore>;
  readonly queue: RunQueue;
  readonly bench: Bench;
  /** Has what is computed with opened anew, because something of it failed. */
  readonly renew: () => void;
  readonly tell: (news: BenchmarkNews) => void;
  /** Milliseconds since some fixed moment. */
  readonly now: () => number;
}

export interface Progress {
  /** Share of all samples that is done; null before it is known how many there are. */
  readonly share: number | null;
  /** Seconds that the rest takes at the pace of what is done; null before anything is. */
  readonly secondsLeft: number | null;
}

/** Weights or tasks are not what the first samples were drawn with. */
class ChangedError extends Error {
  override readonly name = 'ChangedError';
}

export class BenchmarkRun {
  readonly id: string;
  readonly created: number;
  readonly plan: Plan;
  readonly status: ReadonlySignal<BenchmarkStatus>;
  readonly progress: ReadonlySignal<Progress>;
  readonly #options: BenchmarkRunOptions;
  readonly #evaluations;
  readonly #working = signal<'queued' | 'running' | null>(null);
  /** Place of the evaluation in progress. */
  readonly #doing = signal<number | null>(null);
  /** A part that was computed, and could not be kept. */
  #unsaved: { readonly evaluation: number; readonly part: EvaluatedPart; readonly seconds: number } | null =
    null;
  #abort: AbortController | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor({ id, created, plan, evaluations }: Benchmark, options: BenchmarkRunOptions) {
    this.id = id;
    this.created = created;
    this.plan = plan;
    this.#options = options;
    this.#evaluations = signal(evaluations);
    this.status = computed(
      () => this.#working.value ?? (this.#evaluations.value.every(isWhole) ? 'done' : 'stopped'),
    );
    this.progress = computed(() => progressOf(this.#evaluations.value));
  }

  /** In the order of the plan. */
  get evaluations(): ReadonlySignal<readonly Evaluation[]> {
    return this.#evaluations;
  }

  /** Place of the evaluation in progress; null where none is. */
  get doing(): ReadonlySignal<number | null> {
    return this.#doing;
  }

  /** Evaluates what is missing, when its turn has come. */
  resume(): void {
    if (this.#abort || this.status.peek() === 'done') return;
    this.#abort = new AbortController();
    this.#working.value = 'queued';
    this.#ended = this.#compute(this.#abort.signal);
  }

  /** Stops at once; what is sampled of the part in progress is drawn again another time, with the same numbers. */
  stop(): Promise<void> {
    this.#abort?.abort();
    return this.#ended;
  }

  #benchmark(): Benchmark {
    const { id, created, plan } = this;
    return { id, created, plan, evaluations: this.#evaluations.peek() };
  }

  #change(at: number, change: Partial<Evaluation>): void {
    this.#evaluations.value = this.#evaluations
      .peek()
      .map((each, i) => (i === at ? { ...each, ...change } : each));
  }

  async #compute(signal: AbortSignal): Promise<void> {
    const { store: open, renew, tell } = this.#options;
    let release: (() => void) | null = null;
    try {
      const store = await open();
      release = await store.holdBenchmark(this.id);
      if (release) await this.#computeMissing(store, signal);
      else tell({ kind: 'held elsewhere' });
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) {
        renew();
        tell({ kind: 'failed', error });
      }
    }
    release?.();
    this.#abort = null;
    batch(() => {
      this.#doing.value = null;
      this.#working.value = null;
    });
  }

  async #computeMissing(store: BenchmarkStore, signal: AbortSignal): Promise<void> {
    await this.#keepUnsaved(store);
    for (const at of this.plan.policies.keys()) {
      if (isWhole(this.#evaluations.peek()[at]!)) continue;
      this.#working.value = 'queued';
      await this.#options.queue.turn(this.id, () => this.#evaluate(at, store, signal), signal);
    }
  }

  async #evaluate(at: number, store: BenchmarkStore, signal: AbortSignal): Promise<void> {
    batch(() => {
      this.#working.value = 'running';
      this.#doing.value = at;
    });
    const prepared = await this.#prepare(at, signal);
    if (!prepared) return;
    this.#change(at, { plan: prepared.plan, failure: null });
    await store.putBenchmark(storedOf(this.#benchmark()));
    const from = countsOf(this.#evaluations.peek()[at]!).done;
    let begun = this.#options.now();
    const keep = async (part: EvaluatedPart, device: EvaluationFile['device']): Promise<void> => {
      const seconds = (this.#options.now() - begun) / 1000;
      // Who deletes or stops it meanwhile wants no more of it.
      signal.throwIfAborted();
      this.#change(at, { device });
      this.#unsaved = { evaluation: at, part, seconds };
      await this.#keepUnsaved(store);
      begun = this.#options.now();
    };
    await prepared.compute({ from, keep }, signal);
  }

  /** Null where the policy cannot be evaluated, which the others can be nevertheless. */
  async #prepare(at: number, signal: AbortSignal): Promise<Prepared | null> {
    const { policy, plan: known, samples } = this.#evaluations.peek()[at]!;
    try {
      const prepared = await unlessAborted(this.#options.bench(this.plan, policy), signal);
      if (known && samples.length > 0) checkSame(known, prepared.plan);
      return prepared;
    } catch (error) {
      if (signal.aborted || isAbort(error)) throw error;
      this.#change(at, { failure: messageOf(error) });
      return null;
    }
  }

  /** Shown once it is kept: what is on view is there on return, too. */
  async #keepUnsaved(store: BenchmarkStore): Promise<void> {
    if (!this.#unsaved) return;
    const { evaluation, part, seconds } = this.#unsaved;
    const known = this.#evaluations.peek()[evaluation]!;
    const added = { samples: [...known.samples, ...part.samples], seconds: known.seconds + seconds };
    const { evaluations, ...rest } = this.#benchmark();
    const next = evaluations.map((each, i) => (i === evaluation ? { ...each, ...added } : each));
    await store.putBenchmarkPart(storedOf({ ...rest, evaluations: next }), {
      benchmark: this.id,
      evaluation,
      at: part.at,
      content: { samples: part.samples, seconds },
    });
    this.#unsaved = null;
    this.#change(evaluation, added);
  }
}

/** @throws ChangedError */
function checkSame(known: EvaluationPlan, now: EvaluationPlan): void {
  const { changed } = text.failure;
  if (known.policy.hash !== now.policy.hash) throw new ChangedError(changed(text.failure.weights));
  const same = (part: 'suite' | 'settings'): boolean =>
    JSON.stringify(known[part]) === JSON.stringify(now[part]);
  if (!same('suite')) throw new ChangedError(changed(text.failure.tasks));
  if (!same('settings')) throw new ChangedError(changed(text.failure.sizes));
}

/** Of the evaluations that did not fail. Where nobody knows the number of tasks, it is that of the others. */
export function progressOf(evaluations: readonly Evaluation[]): Progress {
  const going = evaluations.filter(({ failure }) => failure === null);
  const counts = going.map(countsOf);
  const usual = counts.find(({ of }) => of !== null)?.of ?? null;
  if (usual === null) return { share: null, secondsLeft: null };
  const total = sum(counts.map(({ of }) => of ?? usual));
  const done = sum(counts.map((each) => each.done));
  const seconds = sum(going.map((each) => each.seconds));
  return {
    share: total === 0 ? null : done / total,
    secondsLeft: done === 0 ? null : (seconds / done) * (total - done),
  };
}
