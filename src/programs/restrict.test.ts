/** Top-k and top-p as transformers has them: rows that `scripts/fixtures/top_k_top_p.py` wrote. */
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluateNamed, exp, input, type Tensor } from '../graph/index.ts';
import { Random } from '../random.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { restrict } from './restrict.ts';
import { drawToken, type Restriction } from './sampler.ts';

interface Row extends Required<Restriction> {
  readonly logits: readonly number[];
  readonly temperature: number;
  readonly kept: readonly number[];
  readonly logprobs: readonly number[];
}

const ROWS = JSON.parse(
  readFileSync(new URL('../../tests/fixtures/sampling.json', import.meta.url), 'utf8'),
) as readonly Row[];
const CASES = ROWS.map(
  (row, i) => [`${i}: temperature ${row.temperature}, top-k ${row.topK}, top-p ${row.topP}`, row] as const,
);

let runtime: Runtime;
beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  runtime = createRuntime(ort, 'wasm', 1);
});

/** The graph over rows of one width. */
const graphOf = (n: number, vocabulary: number, rest: Restriction): { y: Tensor } => ({
  y: restrict(input('x', [n, vocabulary]), rest)?.weights ?? exp(input('x', [n, vocabulary])),
});

async function onWasm(n: number, logits: readonly number[], rest: Restriction): Promise<number[]> {
  const program = await runtime.compile(graphOf(n, logits.length / n, rest));
  const { values } = await program.run({ x: Float32Array.from(logits) });
  await program.release();
  return Array.from(values['y']!);
}

const keptBy = (values: ArrayLike<number>): number[] =>
  Array.from(values).flatMap((value, id) => (value > 0 ? [id] : []));

describe.each(CASES)('row %s', (_, row) => {
  const scaled = row.logits.map((x) => Math.fround(x / row.temperature));
  const rest = { topK: row.topK || undefined, topP: row.topP };

  it('keeps the same ids as transformers, in float64 and on WASM', async () => {
    const { y } = graphOf(1, scaled.length, rest);
    const feeds = { x: { shape: [1, scaled.length], data: Float64Array.from(scaled) } };
    expect(keptBy(evaluateNamed([y], feeds)[0]!.data)).toEqual(row.kept);
    expect(keptBy(await onWasm(1, scaled, rest))).toEqual(row.kept);
  });

  it('is drawn from with the probabilities of transformers', () => {
    let before = 0;
    row.kept.forEach((id, i) => {
      const p = Math.exp(row.logprobs[i]!);
      const drawn = drawToken(row.logits, 1 / row.temperature, before + p / 2, { mode: 'sample', ...rest });
      before += p;
      if (p < 1e-4) return;
      expect(drawn.id).toBe(id);
      expect(Math.abs(drawn.logprob - row.logprobs[i]!)).toBeLessThan(1e-5);
    });
    expect(before).toBeCloseTo(1, 4);
  });
});

it.each([{ topK: 0 }, { topP: 0 }])('%j leaves nothing, and is refused', (rest) => {
  expect(() => graphOf(1, 4, rest)).toThrow(/top-[kp]/);
});

describe('rows of a larger vocabulary', () => {
  it.each<Restriction>([{ topP: 0.3 }, { topP: 0.95 }, { topK: 50 }, { topK: 50, topP: 0.8 }])(
    'keep with %j what sorting keeps, each row by itself',
    async (rest) => {
      const [n, vocabulary] = [6, 5003];
      const random = new Random(5, 0, 'rows');
      const rows = Array.from({ length: n }, (_, r) =>
        Array.from({ length: vocabulary }, () => Math.fround((0.5 + r) * random.normal())),
      );
      const kept = await onWasm(n, rows.flat(), rest);
      rows.forEach((row, r) => {
        const { topK = vocabulary, topP = 1 } = rest;
        const order = row.map((_, id) => id).toSorted((a, b) => row[b]! - row[a]!).slice(0, topK); // prettier-ignore
        const weights = order.map((id) => Math.exp(row[id]! - row[order[0]!]!));
        const goal = topP * weights.reduce((a, b) => a + b, 0);
        let before = 0;
        const expected = order.filter((_, i) => {
          const isKept = before < goal;
          before += weights[i]!;
          return isKept;
        });
        // Sums of float32 may be off by the last of some thousand ids.
        const own = new Set(keptBy(kept.slice(r * vocabulary, (r + 1) * vocabulary)));
        const differing = [...new Set([...own, ...expected])].filter(
          (id) => own.has(id) !== expected.includes(id),
        );
        expect(differing.length).toBeLessThanOrEqual(1);
        for (const id of differing) expect(weights[order.indexOf(id)]! / before).toBeLessThan(1e-3);
      });
    },
  );
});
