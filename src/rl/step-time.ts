/** How long a step of a large model takes, foreseen from the arithmetic of its programs. */
import { decodingFlops, programFlops } from '../host/engine-work.ts';
import type { PolicyShape } from '../model/policy-shape.ts';
import { buildProgram } from '../programs/index.ts';
import { programsOf } from './memory.ts';
import type { FullConfig } from './types.ts';

/** What engines compute of a step in calls of one kind. */
export interface StepPart {
  readonly phase: 'sample' | 'score' | 'update';
  /** Which may compute at once. */
  readonly calls: number;
  /** Floating-point operations of a call. */
  readonly flops: number;
  /** Rows that it multiplies at once. */
  readonly rows: number;
}

/** The parts of a step in which every completion is as long as it may be. */
export function stepParts(policy: PolicyShape, run: FullConfig): readonly StepPart[] {
  const { sampling, updating, scoring } = programsOf(policy, run);
  const { prompts, group } = sampling.options;
  const { shape } = updating;
  const learning = run.innerIterations * Math.ceil(run.promptsPerStep / shape.prompts);
  const flopsOf = (spec: Parameters<typeof buildProgram>[0]): number => programFlops(buildProgram(spec));
  const generating = buildProgram(sampling);
  const [all, decoding] = [programFlops(generating), decodingFlops(generating)];
  const turns = Math.ceil(run.promptsPerStep / prompts);
  const read = shape.prompts * (shape.promptTime + shape.group * shape.completionTime);
  return [
    // Prompts are read whole, completions are written a token of each at a time.
    { phase: 'sample', calls: turns, flops: all - decoding, rows: prompts * run.maxPromptTokens },
    { phase: 'sample', calls: turns, flops: decoding, rows: prompts * group },
    // Without a KL term a part is scored, to watch the drift.
    { phase: 'score', calls: run.beta === 0 ? 1 : learning, flops: flopsOf(scoring), rows: read },
    { phase: 'update', calls: learning, flops: flopsOf(updating), rows: read },
  ];
}

export type StepSeconds = Readonly<Record<StepPart['phase'], number>>;

/**
 * Seconds of each part.
 * @param speedOf floating-point operations a second of an engine that multiplies so many rows at once
 */
export function stepSeconds(
  parts: readonly StepPart[],
  engines: number,
  speedOf: (rows: number) => number,
): StepSeconds {
  const seconds = ({ calls, flops, rows }: StepPart): number =>
    (Math.ceil(calls / engines) * flops) / speedOf(rows);
  const all = { sample: 0, score: 0, update: 0 };
  for (const part of parts) all[part.phase] += seconds(part);
  return all;
}
