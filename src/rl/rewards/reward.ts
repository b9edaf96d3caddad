import type { Task, Verification } from '../../domains/domain.ts';
import type { ParsedCompletion } from '../../domains/completion.ts';

/** What a reward may look at. */
export interface RewardContext {
  readonly task: Task;
  /** The completion, without end-of-text. */
  readonly text: string;
  readonly parsed: ParsedCompletion;
  readonly verification: Pick<Verification, 'passes' | 'passed' | 'total'>;
  /** What the reward model makes of the reasoning, scaled to [0, 1]; 0 where there is none. */
  readonly reasoningScore: number;
}

export interface RewardRule {
  readonly name: string;
  /** As the formulas have it. */
  readonly symbol: string;
  /** What its mean over completions is, in a sentence. */
  readonly meaning: string;
  /** `binary`: 0 or 1, nothing between. */
  readonly values: 'binary' | 'continuous';
  readonly range: readonly [low: number, high: number];
  readonly of: (context: RewardContext) => number;
}
