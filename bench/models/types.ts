/** What a program that drives the page asks of it, to compare engines on one pretrained model. */
import type { ServedModel } from '../../src/headless/requests.ts';

export const ENGINES = ['ours', 'transformers.js', 'wllama'] as const;
export type EngineName = (typeof ENGINES)[number];

/** Addresses of what the engines read. */
export interface ModelFiles {
  /** Configuration and weights in float32. */
  readonly model: ServedModel;
  readonly gguf: string;
}

export interface OpenRequest {
  readonly engine: EngineName;
  readonly files: ModelFiles;
  readonly threads: number;
}

/** Ids, and the text that they are the ids of. */
export interface Prompt {
  readonly ids: readonly number[];
  readonly text: string;
}

export interface GenerateRequest {
  readonly engine: EngineName;
  /** All of one length. */
  readonly prompts: readonly Prompt[];
  /** Greedy ones for each prompt, whatever they are: the end of a text ends nothing. */
  readonly newTokens: number;
}

/** Ids, or a text where an engine gives no more. */
export type Completion = readonly number[] | string;

export interface Generated {
  /** One of each prompt. */
  readonly completions: readonly Completion[];
  /** In which of several ways, where there were any. */
  readonly how?: string;
  readonly ms: number;
}

/** A prompt with completions to learn from. */
export interface TrainingBatch {
  readonly prompt: readonly number[];
  /** All of one length. */
  readonly completions: readonly (readonly number[])[];
  /** Of each completion. */
  readonly advantages: readonly number[];
}

export interface OpenTrainingRequest {
  readonly batch: TrainingBatch;
}

export interface OpenedTraining {
  /** Log-probability of each token of each completion, before anything is learned. */
  readonly oldLogprobs: readonly (readonly number[])[];
}

export interface TrainedStep {
  /** Before the update. */
  readonly loss: number;
  readonly gradNorm: number;
  readonly ms: number;
}

/** An engine with the model in it. */
export interface Engine {
  /** What it is, in words: version, weights, threads. */
  readonly about: string;
  /** Calls of one size after which the next ones take what they take. */
  readonly warmUps: number;
  generate(request: Pick<GenerateRequest, 'prompts' | 'newTokens'>): Promise<Omit<Generated, 'ms'>>;
  dispose(): Promise<void>;
}

export interface ModelsAutomation {
  openEngine(request: OpenRequest): Promise<Pick<Engine, 'about' | 'warmUps'>>;
  generateWith(request: GenerateRequest): Promise<Generated>;
  closeEngine(request: { readonly engine: EngineName }): Promise<void>;
  /** Our engine has to be open. */
  openTraining(request: OpenTrainingRequest): Promise<OpenedTraining>;
  trainStep(request: Record<string, never>): Promise<TrainedStep>;
}
