/** Runs, and the models that they and others begin with. */
import type { Gate } from '../../rl/gate.ts';
import type { Metrics, TrainConfig } from '../../rl/types.ts';
import type { Device, DeviceChoice } from '../../runtime/device.ts';
import type { LargestErrors } from '../../verify/model.ts';
import type { ServedTasks } from './tasks.ts';

/** Fields of a configuration that have no place of their own in a request. */
export type TrainOverrides = Partial<Omit<TrainConfig, 'preset' | 'gate' | 'seed' | 'steps'>>;

export interface TrainRequest {
  readonly preset: string;
  readonly gate: Gate;
  readonly steps: number;
  readonly seed: number;
  readonly device: DeviceChoice;
  readonly overrides: TrainOverrides;
  /** Continue the newest stored run with this configuration from its last checkpoint, instead of starting anew. */
  readonly resume: boolean;
  /** Tasks of a file, in place of those of the configuration. */
  readonly tasks: ServedTasks | null;
  /** What a new run starts from and is scored by; `null` for the shipped models. */
  readonly policy: ServedModel | null;
  readonly reward: (ServedModel & { readonly name: string }) | null;
  /** Where the trained policy is handed over; `null` to keep it in the page's store alone. */
  readonly upload: string | null;
}

/** The device that was used and why. */
export type DeviceUsed = Pick<Device, 'kind' | 'reason'>;

export interface TrainSummary {
  /** Metrics of the evaluation before the first step, and of the one after the last. */
  readonly start: Metrics;
  readonly end: Metrics;
  readonly seconds: number;
  readonly device: DeviceUsed;
  /** What the policy's engines, or the GPU for it, held at the end: engines never give back what they have taken. */
  readonly engineBytes: number;
  readonly config: TrainConfig;
  readonly runId: string;
}

export interface TrainResult extends TrainSummary {
  /** The policy after the last step, as files that another run can start from: the paths of what was handed over. */
  readonly files: readonly string[];
}

/** For the policy of a run in the page's store. */
export interface RunPolicyRequest {
  readonly run: string;
  readonly config: TrainConfig;
  /** What it started from; `null` for the shipped model. */
  readonly model: ServedModel | null;
  readonly upload: string;
}

/** A model's folder as the driver serves it: each file at the address with its name behind it. */
export interface ServedModel {
  readonly url: string;
  /** Names of all files that there are. */
  readonly files: readonly string[];
  /** Those that hold the weights, in order. */
  readonly weights: readonly string[];
  /** What is merged into them. */
  readonly adapter?: ServedModel;
}

export interface StarterRequest {
  /** Domain whose starter world it is. */
  readonly world: string;
  readonly seed: number;
  readonly device: DeviceChoice;
  readonly upload: string;
}

export interface PolicyTrainRequest {
  readonly seed: number;
  readonly steps: number;
  readonly device: DeviceChoice;
  readonly upload: string;
}

/** Supervised fine-tuning on the worked solutions of the train tasks. */
export interface SftRequest extends Pick<
  TrainRequest,
  'preset' | 'seed' | 'device' | 'overrides' | 'tasks' | 'policy'
> {
  /** Updates, and worked solutions of each. */
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly upload: string;
}

export interface TrainedModels {
  /** Paths of the files that were handed over. */
  readonly files: readonly string[];
  /** Final losses, and accuracies where a reward model was trained. */
  readonly metrics: Metrics;
  readonly seconds: number;
}

export interface VerifyModelRequest {
  /** Parsed config.json. */
  readonly config: unknown;
  readonly model: ServedModel;
  /** Parsed expected.json. */
  readonly expected: unknown;
  readonly device: DeviceChoice;
}

export interface ModelReport {
  readonly ok: boolean;
  readonly device: DeviceUsed;
  readonly largestErrors: LargestErrors;
  readonly greedyEqual: boolean;
  readonly tolerances: LargestErrors;
  /** One sentence per comparison beyond its tolerance. */
  readonly failures: readonly string[];
}
