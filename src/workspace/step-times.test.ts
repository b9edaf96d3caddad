import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ModelConfig } from '../model/config.ts';
import { rememberedTimes, rememberTimes } from './step-times.ts';

const CONFIG: ModelConfig = {
  family: 'llama', vocabulary: 31, width: 16, layers: 1, heads: 2, kvHeads: 2, headWidth: 8, hidden: 24,
  maxPositions: 128, ropeTheta: 10_000, normEpsilon: 1e-6, tied: true, head: 'causal', padId: 0, endIds: [1],
}; // prettier-ignore
const TIMES = { webgpu: { firstMs: 900, ms: 5 }, wasm: { firstMs: 90, ms: 80 } };

const kept = new Map<string, string>();
let browser = 'Chrome 156';

beforeEach(() => {
  kept.clear();
  browser = 'Chrome 156';
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
  });
  vi.stubGlobal('navigator', {
    get userAgent() {
      return browser;
    },
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('times of steps', () => {
  it('are kept by the shape of the model and the version of the browser', () => {
    expect(rememberedTimes(CONFIG)).toBeNull();
    rememberTimes(CONFIG, TIMES);
    // Which ids end a text makes no difference to a step.
    expect(rememberedTimes({ ...CONFIG, endIds: [2] })).toEqual(TIMES);
    expect(rememberedTimes({ ...CONFIG, layers: 2 })).toBeNull();
    browser = 'Chrome 157';
    expect(rememberedTimes(CONFIG)).toBeNull();
  });

  it('are those measured last, of the models used last', () => {
    rememberTimes(CONFIG, TIMES);
    for (let layers = 2; layers < 17; layers++) rememberTimes({ ...CONFIG, layers }, TIMES);
    rememberTimes(CONFIG, { ...TIMES, wasm: { firstMs: 9, ms: 4 } });
    expect(rememberedTimes(CONFIG)?.wasm.ms).toBe(4);
    rememberTimes({ ...CONFIG, layers: 17 }, TIMES);
    expect(rememberedTimes({ ...CONFIG, layers: 2 })).toBeNull();
    expect(rememberedTimes({ ...CONFIG, layers: 3 })).toEqual(TIMES);
  });

  it('of a GPU that failed are not: the next start tries again', () => {
    rememberTimes(CONFIG, { ...TIMES, webgpu: 'It gave no answer.' });
    expect(rememberedTimes(CONFIG)).toBeNull();
  });

  it.each(['{', '[]', '[["a",{"webgpu":{"ms":-1},"wasm":{}}]]', 'null'])(
    'that are damaged are measured anew: %s',
    (text) => {
      kept.set('posterior.step-times', text);
      expect(rememberedTimes(CONFIG)).toBeNull();
      rememberTimes(CONFIG, TIMES);
      expect(rememberedTimes(CONFIG)).toEqual(TIMES);
    },
  );
});
