import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRuntime } from '../runtime/ort/runtime.ts';
import { OPERATOR_TOLERANCE, testOperator } from '../runtime/self-test.ts';
import { evaluateNamed } from './index.ts';
import { operatorCases } from './operator-cases.ts';

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

describe.each(operatorCases().map((operator) => [operator.name, operator] as const))('%s', (_, operator) => {
  const { feeds, outputs, loss, differentiable } = operator;

  if (differentiable.length > 0)
    it('has the gradient that finite differences give', () => {
      const h = 1e-5;
      const lossAt = (key: string, i: number, shift: number) => {
        const { shape, data } = feeds[key]!;
        const moved = { ...feeds, [key]: { shape, data: data.with(i, data[i]! + shift) } };
        return evaluateNamed([loss], moved)[0]!.data[0]!;
      };
      const derivatives = differentiable.map((key) => outputs[`d_${key}`]!);
      const analytic = evaluateNamed(derivatives, feeds);
      differentiable.forEach((key, k) => {
        expect(derivatives[k]!.shape).toEqual(feeds[key]!.shape);
        feeds[key]!.data.forEach((__, i) => {
          const numeric = (lossAt(key, i, h) - lossAt(key, i, -h)) / (2 * h);
          expect(Math.abs(analytic[k]!.data[i]! - numeric)).toBeLessThan(1e-6 * (1 + Math.abs(numeric)));
        });
      });
    });

  it('gives the same on ONNX Runtime as in the reference, gradients included', async () => {
    const { error } = await testOperator(createRuntime(ort, 'wasm', 1), operator);
    expect(error).toBeLessThan(OPERATOR_TOLERANCE);
  });
});
