import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { ADAMW_DEFAULTS, type AdamWSettings, adamwScalars, buildAdamW, nextName } from './adamw.ts';
import { adamwInPlace } from './adamw-host.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

const N = 257;
/** Two tensors, so that the graph joins and divides them. */
const SLOTS = [
  { name: 'a', shape: [7, 11], dtype: 'f32' as const },
  { name: 'b', shape: [N - 77], dtype: 'f32' as const },
];
const LEARNING_RATE = 0.02;
const normal = (purpose: string, scale: number) => {
  const random = new Random(3, 0, purpose);
  return Float32Array.from({ length: N }, () => scale * random.normal());
};

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));

describe.each<[string, AdamWSettings, number]>([
  ['gradients that are clipped', { ...ADAMW_DEFAULTS, weightDecay: 0.1 }, 1],
  ['gradients that are not', { ...ADAMW_DEFAULTS, maxGradNorm: 1e6, epsilon: 1e-3 }, 1e-2],
])('adamwInPlace, %s', (_, settings, scale) => {
  it('agrees with the graph over five steps', async () => {
    const runtime = createRuntime(ort, 'wasm', 1);
    const program = await runtime.compile(buildAdamW(SLOTS, settings));
    const host = {
      parameters: normal('parameters', 1),
      momentum: new Float32Array(N),
      variance: new Float32Array(N),
    };
    let graph = {
      parameters: host.parameters.slice(),
      momentum: host.momentum.slice(),
      variance: host.variance.slice(),
    };
    for (let step = 1; step <= 5; step++) {
      const gradient = normal(`gradient ${step}`, scale);
      const norm = adamwInPlace(host, gradient, step, LEARNING_RATE, settings);
      const { parameters, ...moments } = graph;
      const { values } = await program.run({
        a: parameters.subarray(0, 77),
        b: parameters.subarray(77),
        ...moments,
        gradient,
        ...adamwScalars(step, LEARNING_RATE, settings),
      });
      graph = {
        parameters: Float32Array.of(...values[nextName('a')]!, ...values[nextName('b')]!),
        momentum: values['nextMomentum'] as Float32Array<ArrayBuffer>,
        variance: values['nextVariance'] as Float32Array<ArrayBuffer>,
      };
      expect(norm).toBeCloseTo(Math.hypot(...gradient), 5);
      expect(Math.abs(values['norm']![0]! / norm - 1)).toBeLessThan(1e-5);
      for (const name of ['parameters', 'momentum', 'variance'] as const)
        expect(largestDifference(graph[name], host[name])).toBeLessThan(2e-6);
    }
    await program.release();
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
