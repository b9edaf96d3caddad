/** Runs a stepped program: its arrays, its graphs, and the order in which they are started. */
import { DRAWING_ARRAYS, stateOf, STEP, type SteppedProgram, UNFINISHED } from '../programs/stepped.ts';
import type { BoundProgram, DeviceArray, Outputs, Program, Runtime } from '../runtime/runtime.ts';
import type { Feeds, Values } from './host.ts';
import { type Arrays, PreparedWeights } from './prepared.ts';
import { createSampler, type Sampler } from './sampler.ts';

/**
 * Steps between two looks at whether any are left to do. What is looked at is what the last steps but these left: so the
 * device has work while its answer is on the way, and never more than twice so many steps of it.
 */
const LOOK_EVERY = 16;

interface BoundStage {
  readonly end: number;
  readonly enter: BoundProgram | null;
  readonly step: BoundProgram;
}

interface Parts {
  readonly state: Arrays;
  readonly weights: PreparedWeights;
  readonly begin: BoundProgram;
  readonly stages: readonly BoundStage[];
  readonly end: Program;
  readonly sampler: Sampler;
}

export class Stepper {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param weights arrays that live longer than this, and whose values change in place if at all */
  static async open(runtime: Runtime, program: SteppedProgram, weights: Arrays): Promise<Stepper> {
    const prepared = new PreparedWeights(runtime, weights);
    const stages = program.stages.map((stage) => ({ ...stage, step: prepared.rest(stage.step) }));
    const state = new Map<string, DeviceArray>();
    const opened: BoundProgram[] = [];
    try {
      for (const [name, { shape, dtype }] of Object.entries(program.state))
        state.set(name, runtime.allocate(shape, dtype));
      const inputs = { ...(await prepared.open()), ...Object.fromEntries(state) };
      const bind = async (outputs: Outputs): Promise<BoundProgram> => {
        const replaced = Object.keys(outputs).map((name) => [name, state.get(stateOf(name))!]);
        const bound = await runtime.bind(outputs, { inputs, outputs: Object.fromEntries(replaced) });
        opened.push(bound);
        return bound;
      };
      const begin = await bind(program.begin);
      const bound: BoundStage[] = [];
      for (const { end, enter, step } of stages)
        bound.push({ end, enter: enter && (await bind(enter)), step: await bind(step) });
      const sampler = createSampler(runtime, program.drawing, state);
      const end = await runtime.compile(program.end);
      return new Stepper({ state, weights: prepared, begin, stages: bound, end, sampler });
    } catch (error) {
      for (const part of [...opened, prepared]) await part.release().catch(() => {});
      for (const array of state.values()) array.dispose();
      throw error;
    }
  }

  /**
   * Runs the program once for each batch.
   * @param version another number whenever the weights are others
   */
  async run(batches: readonly Feeds[], version: number): Promise<Values[]> {
    await this.#parts.weights.see(version);
    const results: Values[] = [];
    for (const feeds of batches) results.push(await this.#runOne(feeds));
    return results;
  }

  async #runOne(feeds: Feeds): Promise<Values> {
    const { begin, stages, sampler } = this.#parts;
    const [stepNumber, doneAt] = [this.#array(STEP), this.#array(DRAWING_ARRAYS.doneAt)];
    for (const [name, data] of Object.entries(feeds)) this.#array(name).write(data);
    stepNumber.write(Int32Array.of(0));
    await begin.run();
    await sampler.draw(0);
    let step = 1;
    let asked: Promise<Float32Array> | null = null;
    for (const stage of stages) {
      await stage.enter?.run();
      for (; step < stage.end; step++) {
        if (step % LOOK_EVERY === 1) {
          if (asked && (await asked).every((end) => end < UNFINISHED)) return this.#finish();
          asked = doneAt.read();
          // A failure is told by the run that it comes from.
          asked.catch(() => {});
        }
        stepNumber.write(Int32Array.of(step));
        await stage.step.run();
        await sampler.draw(step);
      }
    }
    return this.#finish();
  }

  async #finish(): Promise<Values> {
    return (await this.#parts.end.run(Object.fromEntries(this.#parts.state))).values;
  }

  #array(name: string): DeviceArray {
    return this.#parts.state.get(name)!;
  }

  async release(): Promise<void> {
    const { begin, stages, end, weights, state } = this.#parts;
    const programs = [begin, ...stages.flatMap(({ enter, step }) => [enter, step]), end];
    for (const program of programs) await program?.release();
    await weights.release();
    for (const array of state.values()) array.dispose();
  }
}
