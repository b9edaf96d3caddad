/** Pairs, reward models and their benchmark. */
import type { Split } from '../../domains/domain.ts';
import type { LoraConfig } from '../../model/lora.ts';
import type { PairAccuracy } from '../../reward/accuracy.ts';
import type { BenchmarkSettings, Provenance } from '../../reward/benchmark/build.ts';
import type { BenchmarkReport } from '../../reward/benchmark/evaluate.ts';
import type { SkippedLine } from '../../reward/pairs/jsonl.ts';
import type { DropCounts } from '../../reward/pairs/types.ts';
import type { RewardRecipe } from '../../reward/recipe.ts';
import type { Scaling, ScalingKind } from '../../rl/scaling.ts';
import type { Metrics } from '../../rl/types.ts';
import type { DeviceChoice } from '../../runtime/device.ts';
import type { ServedTasks } from './tasks.ts';
import type { ServedModel } from './training.ts';

export interface PairsRequest {
  readonly writer:
    | { readonly kind: 'exact' }
    | {
        readonly kind: 'policy';
        /** {@link PairTemplates} */
        readonly templates: unknown;
        /** How the policy is asked; `null` for a chat where it has a template of its own. */
        readonly asked: 'plain' | 'chat' | null;
      };
  /** Tasks of a file, in place of the starter world. */
  readonly tasks: ServedTasks | null;
  readonly split: Split | 'all';
  /** Tasks at most, drawn with the seed; `null` for all. */
  readonly limit: number | null;
  readonly seed: number;
  readonly perTask: number;
  readonly rounds: number;
  readonly lengthBalanced: boolean;
  readonly styleBalanced: boolean;
  readonly device: DeviceChoice;
  /** The policy that writes; `null` for the starter. */
  readonly policy: ServedModel | null;
}

export interface PairsResult {
  readonly jsonl: string;
  readonly pairs: number;
  readonly written: number;
  readonly dropped: DropCounts;
  readonly tasks: number;
}

export interface RewardTrainRequest {
  readonly seed: number;
  readonly recipe: RewardRecipe;
  readonly from: 'policy' | 'scratch';
  /** Trains an adapter and a head beside the policy's weights; `null` trains them all. */
  readonly lora: LoraConfig | null;
  /** Address of a file of pairs, in place of the recipe's. */
  readonly pairs: string | null;
  /** Pairs at most that it is measured on at the end, and that its scores are calibrated by; `null` for all. */
  readonly measured: number | null;
  /** The policy whose body is the start; `null` for the starter. */
  readonly policy: ServedModel | null;
  readonly upload: string;
}

export interface RewardTrainResult {
  /** Paths of the files that were handed over. */
  readonly files: readonly string[];
  readonly metrics: Metrics;
  /** On exact pairs of the held-out compositions. */
  readonly accuracy: PairAccuracy;
  readonly steps: number;
  readonly keptStep: number;
  readonly stoppedEarly: boolean;
  readonly skipped: readonly SkippedLine[];
  /** Training with its validation, and everything. */
  readonly trainSeconds: number;
  readonly seconds: number;
}

export interface RewardBenchRequest {
  /** Address of a file of pairs; `null` for the benchmark of the site. */
  readonly pairs: string | null;
  /** `null` for the starter's reward model. */
  readonly model: ServedModel | null;
  /** The policy that an adapter stands beside; `null` for the starter. */
  readonly policy: ServedModel | null;
  /** Draws the wrong prompts. */
  readonly seed: number;
}

export interface RewardBenchResult extends BenchmarkReport {
  readonly skipped: readonly SkippedLine[];
  readonly seconds: number;
}

export interface RewardScoreRequest {
  readonly items: readonly { readonly prompt: string; readonly reasoning: string }[];
  readonly model: ServedModel | null;
  /** The policy that an adapter stands beside; `null` for the starter. */
  readonly policy: ServedModel | null;
  /** `null` for the one stored with the model; `rank` takes all items for one group. */
  readonly scaling: ScalingKind | null;
}

export interface RewardScoreResult {
  /** `null` for a text that is longer than the model can read. */
  readonly scores: readonly ({
    readonly score: number;
    readonly reward: number;
    readonly tokens: number;
  } | null)[];
  readonly scaling: Scaling;
  readonly maxPositions: number;
  /** Time of scoring alone. */
  readonly ms: number;
}

export interface BenchmarkBuildRequest {
  readonly policy: ServedModel | null;
  readonly settings: BenchmarkSettings;
  readonly split: Split;
  readonly device: DeviceChoice;
}

export interface BenchmarkBuildResult {
  readonly jsonl: string;
  readonly provenance: Provenance;
}
