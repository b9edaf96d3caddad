import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasRealModel, missingRealModel, realModelFolder, RECORD } from '../../scripts/real-model-folder.mjs';

/** What transformers made of the real model. */
export interface RealRecord {
  readonly versions: Readonly<Record<string, string>>;
  /** Name of the GGUF file. */
  readonly file: string;
  readonly newTokens: number;
  /** Ids whose logits stand in logits.bin. */
  readonly sequences: readonly (readonly number[])[];
  readonly greedy: readonly {
    readonly prompt: string;
    readonly ids: readonly number[];
    /** Up to and with the end, if it came. */
    readonly written: readonly number[];
  }[];
  /** Sequences of one length, and what the adapter beside them makes of all their targets. */
  readonly lora: {
    readonly ids: readonly (readonly number[])[];
    readonly loss: number;
    readonly gradientNorms: Readonly<Record<string, number>>;
  };
}

/** @throws where the model was not made yet */
export function readRecord(): RealRecord {
  if (!hasRealModel()) throw new Error(missingRealModel());
  return JSON.parse(readFileSync(join(realModelFolder(), RECORD), 'utf8')) as RealRecord;
}
