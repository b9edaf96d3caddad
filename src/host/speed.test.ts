import { describe, expect, it } from 'vitest';
import { productFlops } from '../graph/work.ts';
import { buildProgram } from '../programs/index.ts';
import type { ProductsSpec } from '../programs/products.ts';
import { createPlainRuntime } from '../runtime/ort/plain.ts';
import type { Feeds, ModelHost } from './host.ts';
import { measureSpeed } from './speed.ts';

const model = { width: 768, hidden: 2048 };

describe('the speed of engines', () => {
  it('is that of products which each of them computes', async () => {
    const runtime = createPlainRuntime();
    const asked: { spec: ProductsSpec; batches: readonly Feeds[]; seconds: number }[] = [];
    const host: Pick<ModelHost, 'run'> = {
      async run(spec, batches) {
        const program = await runtime.compile(buildProgram(spec));
        const start = performance.now();
        const { values } = await program.run(batches[0]!);
        asked.push({ spec: spec as ProductsSpec, batches, seconds: (performance.now() - start) / 1000 });
        await program.release();
        // Rows of ones stay ones, so that no product is of numbers that processors are slow with.
        expect(values['total']![0]! / (8 * model.width)).toBeCloseTo(1, 3);
        return [];
      },
    };
    const speed = await measureSpeed(host, model, 8, 3);
    const { spec, batches, seconds } = asked.at(-1)!;
    expect(batches).toHaveLength(3);
    expect(spec.pairs * 2 * model.width * model.hidden).toBeGreaterThanOrEqual(16e6);
    const flops = productFlops(Object.values(buildProgram(spec)));
    expect(flops).toBeGreaterThanOrEqual(6e9);
    // Compiling is the larger part of what a call takes here, and is not counted by the test.
    expect(speed).toBeLessThanOrEqual(flops / seconds);
    expect(speed).toBeGreaterThan(flops / seconds / 20);
  });

  it('is measured at no more rows than make a difference', async () => {
    const specs: ProductsSpec[] = [];
    const host: Pick<ModelHost, 'run'> = {
      async run(spec) {
        specs.push(spec as ProductsSpec);
        return [];
      },
    };
    await measureSpeed(host, model, 100_000, 1);
    expect(specs).toMatchObject([{ rows: 256 }, { rows: 256 }]);
  });
});
