/** What steps of models were measured to take in this browser, by the model's shape and the browser's version. */
import * as v from 'valibot';
import type { ModelConfig } from '../model/config.ts';
import { remember, remembered } from '../remembered.ts';
import type { StepTimes } from '../runtime/device.ts';

/** Of the models used last: as many as anybody is likely to go back and forth between. */
const KEPT = 16;

const positive = v.pipe(v.number(), v.minValue(0));
const stepTime = v.object({ firstMs: positive, ms: positive });
/** In the order of their use. */
const stored = v.array(v.tuple([v.string(), v.object({ webgpu: stepTime, wasm: stepTime })]));

type Entry = v.InferOutput<typeof stored>[number];

const NAME = 'step-times';

const keyOf = (config: ModelConfig): string => {
  const { family, vocabulary, width, layers, heads, kvHeads, headWidth, hidden, tied } = config;
  const shape = [family, vocabulary, width, layers, heads, kvHeads, headWidth, hidden, tied];
  return JSON.stringify([...shape, navigator.userAgent]);
};

/** None of what is damaged or from another version: it is measured anew. */
function entries(): readonly Entry[] {
  try {
    return v.parse(stored, JSON.parse(remembered(NAME) ?? '[]'));
  } catch {
    return [];
  }
}

export function rememberedTimes(config: ModelConfig): StepTimes | null {
  const key = keyOf(config);
  return entries().find(([own]) => own === key)?.[1] ?? null;
}

/** A failure is not remembered: the next start tries again. */
export function rememberTimes(config: ModelConfig, { webgpu, wasm }: StepTimes): void {
  if (typeof webgpu === 'string') return;
  const key = keyOf(config);
  const others = entries().filter(([own]) => own !== key);
  remember(NAME, JSON.stringify([...others, [key, { webgpu, wasm }]].slice(-KEPT)));
}
