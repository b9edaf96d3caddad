import { checkSampler, drawToken } from '../programs/sampler.ts';
import { type Drawing, UNFINISHED } from '../programs/stepped.ts';
import type { DrawingArrays, Sampler } from './sampler.ts';

/** In host memory, row by row. */
export class HostSampler implements Sampler {
  readonly #drawing: Drawing;
  readonly #arrays: DrawingArrays;
  readonly #ids: Int32Array;

  constructor(drawing: Drawing, arrays: DrawingArrays) {
    checkSampler(drawing);
    this.#drawing = drawing;
    this.#arrays = arrays;
    this.#ids = new Int32Array(drawing.time * drawing.rows);
  }

  async draw(step: number): Promise<void> {
    const { rows, vocabulary, endIds, padId } = this.#drawing;
    const { logits, uniforms, inverseTemperature, logprobs, entropies, doneAt } = this.#arrays;
    const [all, numbers, temperature, ...results] = await Promise.all(
      [logits, uniforms, inverseTemperature, logprobs, entropies, doneAt].map((array) => array.read()),
    );
    const [ownLogprobs, ownEntropies, ends] = results as [Float32Array, Float32Array, Float32Array];
    if (step === 0) {
      this.#ids.fill(padId);
      ownLogprobs.fill(0);
      ownEntropies.fill(0);
      ends.fill(UNFINISHED);
    }
    for (let row = 0; row < rows; row++) {
      if (ends[row]! < step) continue;
      const at = step * rows + row;
      const own = all!.subarray(row * vocabulary, (row + 1) * vocabulary);
      const drawn = drawToken(own, temperature![0]!, numbers![at]!, this.#drawing);
      this.#ids[at] = drawn.id;
      ownLogprobs[at] = drawn.logprob;
      ownEntropies[at] = drawn.entropy;
      ends[row] = endIds.includes(drawn.id) ? step : UNFINISHED;
    }
    this.#arrays.ids.write(this.#ids);
  }
}
