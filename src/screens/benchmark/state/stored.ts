/** A benchmark as it is kept: what is evaluated, what is known of each evaluation, and apart from that the samples. */
import * as v from 'valibot';
import type { EvaluationFile, EvaluationPlan } from '../../../evaluation/files.ts';
import { type EvaluatedSample, OUTCOMES } from '../../../evaluation/records.ts';
import type { StoredBenchmark, StoredPart } from '../../../store/index.ts';
import { type Plan, type PlannedPolicy, planSchema } from './plan.ts';

/** One policy on the tasks of the plan. */
export interface Evaluation {
  readonly policy: PlannedPolicy;
  /** Null before it has begun. */
  readonly plan: EvaluationPlan | null;
  readonly device: EvaluationFile['device'] | null;
  /** Those that are done, in order of tasks and samples. */
  readonly samples: readonly EvaluatedSample[];
  /** That they took. */
  readonly seconds: number;
  /** Why it could not be evaluated when that was tried last. */
  readonly failure: string | null;
}

export interface Benchmark {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly plan: Plan;
  readonly evaluations: readonly Evaluation[];
}

export interface Counts {
  /** Tasks that are done. */
  readonly done: number;
  /** Tasks in all; null before that is known. */
  readonly of: number | null;
}

export const countsOf = ({ plan, samples }: Evaluation): Counts =>
  plan ? { done: samples.length / plan.settings.samples, of: plan.suite.length } : { done: 0, of: null };

export function isWhole(evaluation: Evaluation): boolean {
  const { done, of } = countsOf(evaluation);
  return done === of;
}

export const newBenchmark = (plan: Plan, id: string, created: number): Benchmark => ({
  id,
  created,
  plan,
  evaluations: plan.policies.map((policy) => ({
    policy,
    plan: null,
    device: null,
    samples: [],
    seconds: 0,
    failure: null,
  })),
});

const text = v.string();

const evaluationSchema = v.object({
  /** Written by this page alone, so no more is checked than what a list and a table need. */
  plan: v.nullable(
    v.looseObject({
      policy: v.object({ name: text, hash: text }),
      suite: v.array(v.looseObject({ task: text, family: text, prompt: text, checks: text })),
      settings: v.looseObject({ samples: v.number(), seed: v.number() }),
      notes: v.array(text),
    }),
  ),
  device: v.nullable(v.looseObject({ kind: text, reason: text })),
  /** Tasks that are done. */
  done: v.number(),
});

const contentSchema = v.object({ plan: planSchema, evaluations: v.array(evaluationSchema) });

const partSchema = v.object({
  samples: v.array(
    v.looseObject({
      task: text,
      family: text,
      sample: v.number(),
      outcome: v.picklist(OUTCOMES),
      length: v.number(),
      text,
      verification: v.looseObject({}),
    }),
  ),
  seconds: v.number(),
});

/** Everything but the samples. */
export const storedOf = ({ id, created, plan, evaluations }: Benchmark): StoredBenchmark => ({
  id,
  created,
  content: {
    plan,
    evaluations: evaluations.map((each) => ({
      plan: each.plan,
      device: each.device,
      done: countsOf(each).done,
    })),
  },
});

/** What a list shows of a kept benchmark. */
export interface Listed {
  readonly id: string;
  readonly created: number;
  readonly plan: Plan;
  readonly evaluations: readonly Counts[];
}

/** Null for what this version cannot read. */
export function listedOf({ id, created, content }: StoredBenchmark): Listed | null {
  const parsed = v.safeParse(contentSchema, content);
  if (!parsed.success) return null;
  const { plan, evaluations } = parsed.output;
  return {
    id,
    created,
    plan,
    evaluations: evaluations.map((each) => ({ done: each.done, of: each.plan?.suite.length ?? null })),
  };
}

/** The parts of one evaluation up to the first that is missing or cannot be read: what follows is computed again. */
function readParts(parts: readonly StoredPart[], perTask: number): Pick<Evaluation, 'samples' | 'seconds'> {
  const samples: EvaluatedSample[] = [];
  let seconds = 0;
  for (const { at, content } of parts) {
    const parsed = v.safeParse(partSchema, content);
    if (!parsed.success || at * perTask !== samples.length) break;
    samples.push(...(parsed.output.samples as unknown as EvaluatedSample[]));
    seconds += parsed.output.seconds;
  }
  return { samples, seconds };
}

/** @param parts all of its samples. Null for what this version cannot read */
export function readBenchmark(
  { id, created, content }: StoredBenchmark,
  parts: readonly StoredPart[],
): Benchmark | null {
  const parsed = v.safeParse(contentSchema, content);
  if (!parsed.success) return null;
  const { plan, evaluations } = parsed.output;
  return {
    id,
    created,
    plan,
    evaluations: plan.policies.map((policy, i) => {
      const known = evaluations[i];
      const own = parts.filter(({ evaluation }) => evaluation === i);
      return {
        policy,
        plan: (known?.plan ?? null) as EvaluationPlan | null,
        device: (known?.device ?? null) as Evaluation['device'],
        ...readParts(known?.plan ? own : [], plan.samples),
        failure: null,
      };
    }),
  };
}
