/** jax-js as the peer: the same training step and the same sampling, each jitted as a whole. */
import { blockUntilReady, defaultDevice, init, jit, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { parameterLayout } from '../src/model/parameters.ts';
import type { DeviceKind } from '../src/runtime/device.ts';
import { angles, type Angles, crossEntropy, toJaxWeights, type Weights } from './jax-model.ts';
import { operand, type Product, type ProductSize } from './gpu/product.ts';
import { disposeGenerate, generate } from './jax-generate.ts';
import {
  ADAMW,
  BATCH,
  type Contender,
  GROUP,
  LEARNING_RATE,
  MODEL,
  TIME,
  type Workload,
} from './workload.ts';

type State = { weights: Weights; momentum: Weights; variance: Weights };
type Scalars = { learningRate: np.Array; correction1: np.Array; correction2: np.Array };

/** The AdamW of `src/host/adamw-host.ts` over named arrays. */
function adamw(state: State, gradients: Weights, { learningRate, correction1, correction2 }: Scalars): State {
  const { beta1, beta2, epsilon, weightDecay, maxGradNorm } = ADAMW;
  const squares = Object.values(gradients).map((g) => np.sum(np.square(g.ref)));
  const norm = np.sqrt(squares.reduce((a, b) => a.add(b)));
  const scale = np.minimum(np.reciprocal(norm.add(1e-6)).mul(maxGradNorm), 1);
  const spread = np.reciprocal(np.sqrt(correction2));
  const stepSize = learningRate.ref.div(correction1);
  const keep = np.subtract(1, learningRate.mul(weightDecay));
  const next: State = { weights: {}, momentum: {}, variance: {} };
  for (const [name, gradient] of Object.entries(gradients)) {
    const g = gradient.mul(scale.ref);
    const m = state.momentum[name]!.mul(beta1).add(g.ref.mul(1 - beta1));
    const v = state.variance[name]!.mul(beta2).add(np.square(g).mul(1 - beta2));
    const direction = m.ref.div(np.sqrt(v.ref).mul(spread.ref).add(epsilon));
    next.weights[name] = state.weights[name]!.mul(keep.ref).sub(direction.mul(stepSize.ref));
    next.momentum[name] = m;
    next.variance[name] = v;
  }
  for (const scalar of [scale, spread, stepSize, keep]) scalar.dispose();
  return next;
}

/** What AdamW needs at its t-th update, counted from 1. */
function scalarsAt(step: number): Scalars {
  const scalar = (value: number) => np.array(Float32Array.of(value)).reshape([]);
  return {
    learningRate: scalar(LEARNING_RATE),
    correction1: scalar(1 - ADAMW.beta1 ** step),
    correction2: scalar(1 - ADAMW.beta2 ** step),
  };
}

const zerosLike = (weights: Weights): Weights => tree.map((x: np.Array) => np.zeros(x.shape), weights);

/** {@link crossEntropy} as jax-js wants functions to be: it owns its arguments. */
function loss(weights: Weights, ids: np.Array, table: Angles): np.Array {
  const result = crossEntropy(weights, ids, table);
  tree.dispose([weights, table] as never);
  return result;
}

/** A product as `gpu/product.ts` has it, on the device that {@link openJax} has opened. */
export async function jaxProduct(size: ProductSize): Promise<Product> {
  const { m, k, n } = size;
  const rows = np.array(operand('rows', m * k)).reshape([m, k]);
  const weight = np.array(operand('weight', n * k)).reshape([n, k]);
  const multiply = jit((x: np.Array, w: np.Array) => np.matmul(x, w.transpose()));
  let result = multiply(rows.ref, weight.ref);
  return {
    async run(times) {
      for (let i = 0; i < times; i++) {
        result.dispose();
        result = multiply(rows.ref, weight.ref);
      }
      await blockUntilReady(result);
    },
    first: async (count) => [...((await result.ref.data()) as Float32Array).subarray(0, count)],
    async dispose() {
      multiply.dispose();
      for (const array of [rows, weight, result]) array.dispose();
    },
  };
}

export async function openJax(device: DeviceKind, workload: Workload): Promise<Contender> {
  const available = await init(device);
  if (!available.includes(device)) throw new Error(`jax-js has no ${device} backend in this browser.`);
  defaultDevice(device);
  const layout = parameterLayout(MODEL);
  const angle = angles(Array.from({ length: TIME }, (_, i) => i));
  const ids = np.array(workload.ids.slice()).reshape([BATCH, TIME]);

  const step = jit((state: State, batch: np.Array, table: Angles, scalars: Scalars) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(state.weights), batch, table);
    return { loss: value, state: adamw(state, gradients as Weights, scalars) };
  });

  const start = toJaxWeights(layout, workload.weights);
  let state: State = { weights: tree.ref(start), momentum: zerosLike(start), variance: zerosLike(start) };
  let updates = 0;

  return {
    async trainStep() {
      const scalars = scalarsAt(++updates);
      const result = step(state, ids.ref, tree.ref(angle), scalars);
      state = result.state;
      await blockUntilReady(result.state);
      return (await result.loss.data())[0]!;
    },
    generate: () => generate(start, workload, 1),
    generateGroups: () => generate(start, workload, GROUP),
    async dispose() {
      step.dispose();
      disposeGenerate();
      tree.dispose([state, start, angle, ids] as never);
    },
  };
}
