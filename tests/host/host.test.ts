import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR_TOLERANCE } from '../../src/runtime/self-test.ts';
import { expectAdapted, expectMerges, expectRecords } from '../support/gpu-reports.ts';
import type { HostPage, Generated, Trained } from '../support/host-page.ts';
import { openTestPage, type TestPage } from '../support/page.ts';

/** Tokens of a completion, and what ends one, in `bench/gpu/programs.ts`. */
const [TIME, END] = [6, 1];

let test: TestPage;

beforeAll(async () => {
  test = await openTestPage({ webgpu: true });
  await test.page.evaluate("import('/tests/support/host-page.ts').then(() => {})");
});
afterAll(() => test?.close());

type Result<K extends keyof HostPage> = Awaited<ReturnType<HostPage[K]>>;

/** Calls a method of the page's `hostPage`. */
const call = <K extends keyof HostPage>(method: K, ...args: Parameters<HostPage[K]>): Promise<Result<K>> =>
  test.page.evaluate(`hostPage.${method}(...${JSON.stringify(args)})`) as Promise<Result<K>>;

const largestDifference = (a: readonly number[], b: readonly number[]): number => {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));
};

/** Log-probabilities, 0 where a row has ended: there a loop goes on computing, and the kernel does not. */
const untilEnds = ({ ids, logprobs }: Generated): number[] => {
  return logprobs.map((value, i) => (ids.slice(i - (i % TIME), i).includes(END) ? 0 : value));
};

/** Each architecture; with gradients, optimizer and greedy tokens. */
const WHOLE = ['llama_tiny', 'qwen2_tiny', 'qwen3_tiny'];
/** What differs from those in the way to the logits alone, where a software GPU takes long for the rest. */
const SCORES = ['llama3_rope_tiny', 'llama_linear_tiny', 'smollm2_tiny', 'qwen2_tied_tiny'];

it.each([...WHOLE, ...SCORES])(
  'the policy worker agrees with the independent implementation on WASM: %s',
  async (fixture) => {
    const report = await call('verify', 'wasm', fixture);
    expect(report.failures).toEqual([]);
    expect(report).toMatchObject({ ok: true, greedyEqual: true });
  },
);

/** An odd number of float16 patterns: 1, the smallest, −∞, −0 and the largest. */
const HALVES = [0x3c00, 0x0001, 0xfc00, 0x8000, 0x7bff];

it('WASM keeps float16 as it is and computes with it, also where the browser has arrays of its own for it', async () => {
  expect(await call('float16', 'wasm', HALVES)).toEqual({
    supported: true,
    copied: HALVES,
    computed: HALVES,
  });
});

describe('WebGPU', () => {
  it('has all that the adapter offers, not the defaults', async () => {
    const { device, adapter } = await call('limits');
    expect(device).toEqual(adapter);
    expect(device[0]).toBeGreaterThan(2 ** 28);
  });

  describe('with shaders kept', () => {
    beforeAll(() => call('keepShaders'));

    it.each(WHOLE)('agrees with the independent implementation: %s', async (fixture) => {
      const report = await call('verify', 'webgpu', fixture);
      expect(report.failures).toEqual([]);
      expect(report).toMatchObject({ ok: true, greedyEqual: true });
    });

    it.each(SCORES)('gives the logits of the independent implementation: %s', async (fixture) => {
      const { logits, logprobs } = await call('scores', 'webgpu', fixture);
      expect(logits).toBeLessThan(1e-4);
      expect(logprobs).toBeLessThan(1e-4);
    });

    it('computes every operator and its gradient as the reference does', async () => {
      const reports = await call('operators', 'webgpu');
      expect(reports.length).toBeGreaterThan(40);
      expect(reports.filter(({ error }) => !(error < OPERATOR_TOLERANCE))).toEqual([]);
    });

    it('has a norm whose second output is wrong, which is why the gradient computes it again', async () => {
      const got = await call('inverseDeviations');
      const right = [5, 10].map((length) => Math.SQRT2 / length);
      // Once this fails, a release has mended it: `scaledRmsNorm` in graph/onnx/rules/nn.ts can take it from the norm.
      expect(largestDifference(got, right)).toBeGreaterThan(1e-3);
    });

    it('keeps float16 as it is, and computes with it or says that it cannot', async () => {
      const { supported, copied, computed } = await call('float16', 'webgpu', HALVES);
      expect(copied).toEqual(HALVES);
      if (supported) expect(computed).toEqual(HALVES);
      else expect(computed).toMatch(/^RuntimeError: .*shader-f16.*WASM device/);
    });

    it('samples the same tokens as WASM from prompts of different lengths, and the same again', async () => {
      const wasm: Generated = await call('generate', 'wasm', 1);
      const gpu: Generated = await call('generate', 'webgpu', 1);
      expect(gpu.ids).toEqual(wasm.ids);
      // A norm is one kernel there, whose inverse square root rounds otherwise.
      expect(largestDifference(gpu.logprobs, untilEnds(wasm))).toBeLessThan(5e-5);
      expect(new Set(wasm.ids).size).toBeGreaterThan(5);
      expect(await call('generate', 'webgpu', 1)).toEqual(gpu);
      expect(await call('generate', 'wasm', 1)).toEqual(wasm);
      expect((await call('generate', 'wasm', 2)).ids).not.toEqual(wasm.ids);
    });

    it('draws as the sampler’s reference does, from vocabularies small and large', async () => {
      const reports = await call('samplers');
      expect(reports.length).toBe(9);
      for (const { what, equal, drawn, ids, difference, repeats } of reports) {
        // A sum may be rounded to the other side of a number.
        expect(equal, what).toBeGreaterThanOrEqual(0.97 * drawn);
        expect(ids, what).toBeGreaterThan(5);
        expect(difference, what).toBeLessThan(1e-4);
        expect(repeats, what).toBe(true);
      }
    });

    it('goes on without a record where that would be wrong', async () => {
      const { results, captured } = await call('copying');
      expect(captured).toEqual([true, false, false]);
      expect(results).toEqual([
        [14, 16, 6, 8, 10, 12],
        [2, 4, 6, 8, 14, 16],
        [2, 4, 14, 16, 10, 12],
      ]);
    });

    it('is asked for little: what it repeats takes no bind groups, and a token waits for nothing', async () => {
      const { token, update, step } = await call('gpuCounts');
      expect(token.dispatches).toBeLessThanOrEqual(125);
      expect(update.dispatches).toBeLessThanOrEqual(650);
      expect(step.dispatches).toBeLessThanOrEqual(400);
      for (const { bindGroups, dispatches } of [token, update, step]) {
        expect(dispatches).toBeGreaterThan(50);
        expect(bindGroups).toBe(0);
      }
      expect(token.readbacks).toBeLessThan(0.1);
      expect(token.bytesWritten).toBeLessThan(64);
      // Loss and log-probabilities, and the norm of the gradient.
      expect(update.readbacks).toBe(3);
      expect(update.kernels['AdamW']).toBe(1);
    });

    it('records every program, and repeats it bit for bit as it is without a record', async () => {
      expectRecords(await call('records'), [
        'generate',
        'logprobs',
        'update',
        'supervised',
        'preference',
        'quality',
        'score',
      ]);
    });

    it('merges LoRA into weights of any size as the reference does', async () => {
      expectMerges(await call('merges'));
    });

    it('merges once for each version of the weights, and scores as the factors beside them on WASM', async () => {
      expectAdapted({ gpu: await call('adapted', 'webgpu'), wasm: await call('adapted', 'wasm') });
    });

    it('lets records go that were used least recently, once all hold more than they may', async () => {
      const allowed = 1_500_000;
      const [start, ...rest] = await call('recordMemory', 5, allowed);
      const bytes = rest.map((memory) => memory.bytes - start!.bytes);
      const end = bytes.pop();
      // The last alone would hold more than that with those before it.
      expect(Math.max(...bytes)).toBeGreaterThan(allowed / 2);
      for (const held of bytes.slice(0, -1)) expect(held).toBeLessThanOrEqual(allowed);
      expect(bytes.at(-1)).toBeLessThan(2 * allowed);
      // What ONNX Runtime keeps for its next program.
      expect(end).toBeLessThan(allowed / 10);
    });

    it.each([[[]], [['model.embed_tokens', 'model.layers.0']]])(
      'trains as WASM does, frozen: %j',
      async (frozen) => {
        const wasm: Trained = await call('train', 'wasm', 3, frozen);
        const gpu: Trained = await call('train', 'webgpu', 3, frozen);
        expect(largestDifference(gpu.losses, wasm.losses)).toBeLessThan(1e-5);
        expect(largestDifference(gpu.gradNorms, wasm.gradNorms)).toBeLessThan(1e-4);
        // Adam divides by the gradient's own size, which magnifies rounding where a gradient is all but zero.
        expect(largestDifference(gpu.momentum, wasm.momentum)).toBeLessThan(1e-5);
        expect(largestDifference(gpu.parameters, wasm.parameters)).toBeLessThan(1e-3);
      },
    );
  });

  it('holds no more memory after many updates than after a few, and none at the end', async () => {
    const [early, late, end] = await call('gpuMemory', [6, 12]);
    expect(early!.buffers).toBeGreaterThan(10);
    expect(late).toEqual(early);
    expect(end).toEqual({ buffers: 0, bytes: 0 });
  });

  it('says what to do when the device is lost, at once and ever after, and starts again on a new one', async () => {
    await call('keepShaders');
    const before = await call('generate', 'webgpu', 1);
    const ends = await call('loseDevice');
    expect(ends).toHaveLength(3);
    for (const end of ends) expect(end).toMatch(/^DeviceLostError: .*last checkpoint.*WASM device/);
    // Those of the new device, for the next test too.
    await call('keepShaders');
    expect(await call('generate', 'webgpu', 1)).toEqual(before);
    expect(await call('disposeLost')).toBe('no error');
  });

  it('counts a device that gives no answer as lost', async () => {
    const hung = await call('hangDevice', 3_000);
    expect(hung).toMatch(/^DeviceLostError: .*no answer for 3 seconds.*last checkpoint/);
  });

  it('names a kernel that it refuses, and goes on with the next device', async () => {
    const [broken, sound] = await call('refusedKernel');
    expect(broken).toMatch(/^DeviceLostError: .*refused the kernel “broken”.*nothing.*last checkpoint/s);
    expect(sound).toBe('2');
  });

  it('says which buffer it does not allow', async () => {
    expect(await call('largeBuffer')).toMatch(
      /^DeviceLostError: .*it allows buffers of [\d,]+ MB, and this model or batch needs one of [\d,]+ MB.*smaller model or batch/,
    );
  });
});

it('computes the same on WebGPU in a browser that cannot suspend WebAssembly', async () => {
  const other = await test.browser.newPage();
  await other.goto(test.page.url());
  await other.evaluate('delete WebAssembly.Suspending');
  await other.evaluate("import('/tests/support/host-page.ts').then(() => {})");
  const { logits, logprobs } = (await other.evaluate(
    "hostPage.scores('webgpu', 'llama_tiny')",
  )) as Result<'scores'>;
  const files = (await other.evaluate(
    "performance.getEntriesByType('resource').map(({ name }) => name)",
  )) as string[];
  await other.close();
  expect(files.some((name) => name.includes('asyncify.wasm'))).toBe(true);
  expect(logits).toBeLessThan(1e-4);
  expect(logprobs).toBeLessThan(1e-4);
});

describe('WASM engines in workers', () => {
  it.each([[[]], [['model.embed_tokens', 'model.layers.0']]])(
    'give bit-identical weights whatever their number, and those of one engine in this thread, frozen: %j',
    async (frozen) => {
      const one: Trained = await call('train', 'one engine', 3, frozen);
      const two: Trained = await call('train', 'two engines', 3, frozen);
      expect(two).toEqual(one);
      const local: Trained = await call('train', 'wasm', 3, frozen);
      expect(largestDifference(one.losses, local.losses)).toBeLessThan(1e-6);
      expect(largestDifference(one.momentum, local.momentum)).toBeLessThan(1e-6);
      expect(largestDifference(one.parameters, local.parameters)).toBeLessThan(1e-5);
      expect(one.parameters.every(Number.isFinite)).toBe(true);
    },
  );
});
