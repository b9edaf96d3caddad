import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { ADAMW_DEFAULTS, type AdamWSettings } from './adamw.ts';
import { adamwInPlace } from './adamw-host.ts';

const N = 257;
const LEARNING_RATE = 0.02;
const normal = (purpose: string, scale: number) => {
  const random = new Random(3, 0, purpose);
  return Float32Array.from({ length: N }, () => scale * random.normal());
};

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));

/** One step as Loshchilov & Hutter (2019), algorithm 2, write it, in float64 and with clipping. */
function reference(
  state: readonly { readonly p: number; readonly m: number; readonly v: number }[],
  gradient: Float32Array,
  t: number,
  { beta1, beta2, epsilon, weightDecay, maxGradNorm }: AdamWSettings,
): { p: number; m: number; v: number }[] {
  const clip = Math.min(1, maxGradNorm / (Math.hypot(...gradient) + 1e-6));
  return state.map(({ p, m, v }, i) => {
    const g = gradient[i]! * clip;
    const [nextM, nextV] = [beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g];
    const [meanHat, squareHat] = [nextM / (1 - beta1 ** t), nextV / (1 - beta2 ** t)];
    const next = p - LEARNING_RATE * (meanHat / (Math.sqrt(squareHat) + epsilon) + weightDecay * p);
    return { p: next, m: nextM, v: nextV };
  });
}

describe.each<[string, AdamWSettings, number]>([
  ['gradients that are clipped', { ...ADAMW_DEFAULTS, weightDecay: 0.1 }, 1],
  ['gradients that are not', { ...ADAMW_DEFAULTS, maxGradNorm: 1e6, epsilon: 1e-3 }, 1e-2],
])('adamwInPlace, %s', (_, settings, scale) => {
  it('agrees with the paper’s formula over five steps', () => {
    const host = {
      parameters: normal('parameters', 1),
      momentum: new Float32Array(N),
      variance: new Float32Array(N),
    };
    let expected = Array.from(host.parameters, (p) => ({ p, m: 0, v: 0 }));
    for (let step = 1; step <= 5; step++) {
      const gradient = normal(`gradient ${step}`, scale);
      const norm = adamwInPlace(host, gradient, step, LEARNING_RATE, settings);
      expected = reference(expected, gradient, step, settings);
      expect(norm).toBeCloseTo(Math.hypot(...gradient), 5);
      for (const [name, part] of [
        ['parameters', 'p'],
        ['momentum', 'm'],
        ['variance', 'v'],
      ] as const)
        expect(
          largestDifference(
            host[name],
            expected.map((each) => each[part]),
          ),
        ).toBeLessThan(2e-6);
    }
  });

  it('moves every weight against its first gradient by the learning rate, decay apart', () => {
    const parameters = normal('parameters', 1);
    const before = parameters.slice();
    const gradient = normal('gradient', scale);
    const moments = { parameters, momentum: new Float32Array(N), variance: new Float32Array(N) };
    adamwInPlace(moments, gradient, 1, LEARNING_RATE, { ...settings, epsilon: 1e-12 });
    const expected = before.map(
      (x, i) => x * (1 - LEARNING_RATE * settings.weightDecay) - LEARNING_RATE * Math.sign(gradient[i]!),
    );
    expect(largestDifference(parameters, expected)).toBeLessThan(1e-5);
  });
});
