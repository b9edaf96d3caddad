/** What a run of the library keeps: its records, completions and last checkpoint, in memory. */
import type { EvalRecord, Rollout, StepRecord } from '../rl/types.ts';
import type { Checkpoint, PartData, RunStore } from '../store/index.ts';

export class MemoryStore implements RunStore {
  readonly #steps: StepRecord[] = [];
  readonly #evals: EvalRecord[] = [];
  readonly #rollouts: Rollout[] = [];
  #checkpoint: Checkpoint | null;

  /** @param checkpoint where another run stopped, to go on from */
  constructor(checkpoint: Checkpoint | null) {
    this.#checkpoint = checkpoint;
  }

  get records() {
    return { steps: [...this.#steps], evals: [...this.#evals], rollouts: [...this.#rollouts] };
  }

  get checkpoint(): Checkpoint | null {
    return this.#checkpoint;
  }

  async loadCheckpoint() {
    return this.#checkpoint && { ...this.#checkpoint, notice: null };
  }

  async saveCheckpoint(_: string, { step, parts, meta }: Checkpoint): Promise<void> {
    const copies = Object.entries(parts).map(([name, part]) => [name, part.slice() as PartData] as const);
    this.#checkpoint = { step, parts: Object.fromEntries(copies), meta: structuredClone(meta) };
  }

  async appendStep(_: string, record: StepRecord, rollouts: readonly Rollout[]): Promise<void> {
    this.#steps.push(record);
    this.#rollouts.push(...rollouts);
  }

  async appendEval(_: string, record: EvalRecord): Promise<void> {
    this.#evals.push(record);
  }

  async evals(): Promise<EvalRecord[]> {
    return [...this.#evals];
  }

  /** Only what one run did is here, and nothing of it comes again. */
  async truncateAfter(): Promise<void> {}

  async setStatus(): Promise<void> {}

  /** A run without a handle keeps the settings that it began with. */
  async setConfig(): Promise<void> {}
}
