/** What a policy or a reward model is opened as: its model, and what of it is trained. */
import type { ModelConfig } from './config.ts';
import type { LoraConfig } from './lora.ts';
import { everything, isLarge, type ModelSpec } from './parameters.ts';

export interface PolicyShape {
  readonly config: ModelConfig;
  /** All weights, factors beside them, or nothing. */
  readonly trained: 'all' | LoraConfig | 'nothing';
}

/** One that is trained whole. */
export const whole = (config: ModelConfig): PolicyShape => ({ config, trained: 'all' });

/** One that is sampled from alone. A small one is opened as for training, so that a run can go on with it. */
export const sampledShape = (config: ModelConfig): PolicyShape => ({
  config,
  trained: isLarge(config) ? 'nothing' : 'all',
});

/** The model as graphs are built for it. */
export const specOf = ({ config, trained }: PolicyShape): ModelSpec => ({
  config,
  ...(trained === 'nothing' && { frozen: everything(config) }),
  ...(typeof trained === 'object' && { lora: trained }),
  ...(isLarge(config) && { checkpointing: true }),
});

/** Whether the device for it is chosen by a step of it on each: others are trained where there is a GPU. */
export const isMeasured = ({ trained }: PolicyShape): boolean => trained === 'all';
