/** A run of simulated data: plays step by step what real runs look like. The page marks it as a demonstration. */
import { batch, computed } from '@preact/signals';
import type { Phase, TrainConfig } from '../../rl/types.ts';
import { type RunHandle, RunSignals } from '../../run/handle.ts';
import { PhasePace } from '../../run/pace.ts';
import type { RunQueue } from '../../run/queue.ts';
import { demoRollouts, demoTasks } from './attempts.ts';
import { demoEval, demoStep, skillAt } from './records.ts';

/** Milliseconds of playback for each phase. */
const PACE: Record<Phase, number> = { sample: 240, execute: 70, score: 60, update: 190, eval: 130 };
const STEP_MS = 590;
/** Of a run that was played before the page shows it. */
const LAST_MS: Record<Phase, number> = { sample: 236, execute: 72, score: 58, update: 187, eval: 131 };
/** Playback that was cancelled ends by itself. */
const NEVER = new AbortController().signal;

export class RecordedRun extends RunSignals implements RunHandle {
  readonly id: string;
  readonly config: TrainConfig;
  readonly capabilities = computed(() => ({
    train: this.status.value !== 'done',
    swapReward: false,
    changeSettings: false,
  }));
  readonly #queue: RunQueue;
  #stopRequested = false;
  #stepsLeft = Infinity;
  readonly #pace = new PhasePace();
  /** Counts what was begun and cancelled: playback of an earlier one ends. */
  #epoch = 0;

  /** With the first `steps` steps played. */
  constructor(id: string, config: TrainConfig, queue: RunQueue, steps = 0) {
    super(config, 'idle');
    this.id = id;
    this.config = config;
    this.#queue = queue;
    this.know(Object.values(demoTasks));
    if (steps === 0) return;
    this.evals.value = [demoEval(config, 0)];
    for (let i = 0; i < Math.min(steps, config.steps); i++) this.#record();
    this.phase.value = { step: steps, phase: null, state: 'end', lastMs: LAST_MS, found: null };
    this.status.value = steps >= config.steps ? 'done' : 'paused';
  }

  resume(): void {
    this.#go(Infinity, Infinity);
  }

  step(): void {
    this.#go(1, Infinity);
  }

  phaseByPhase(): void {
    if (this.status.peek() === 'running') this.#pace.allow(0);
    else this.#go(1, 1);
  }

  pause(): void {
    const status = this.status.peek();
    if (status === 'queued') this.cancel();
    if (status !== 'running' && status !== 'holding') return;
    this.#stopRequested = true;
    this.status.value = 'pausing';
    this.#pace.allow(Infinity);
  }

  cancel(): void {
    this.#epoch++;
    this.#pace.allow(Infinity);
    this.#queue.remove(this.id);
    this.betweenPhases();
    if (this.status.peek() !== 'done') this.status.value = this.#resting;
  }

  swapReward(): void {
    // Nothing is scored here.
  }

  changeSettings(): void {
    // What is played was settled before.
  }

  get #resting(): 'paused' | 'idle' {
    return this.steps.peek().length > 0 ? 'paused' : 'idle';
  }

  #go(steps: number, phases: number): void {
    const status = this.status.peek();
    if (status !== 'idle' && status !== 'paused' && status !== 'holding') return;
    this.#stepsLeft = steps;
    if (status === 'holding') this.status.value = 'running';
    else {
      this.status.value = 'queued';
      this.#queue.add(this.id, () => this.#play());
    }
    this.#pace.allow(phases);
  }

  async #play(): Promise<void> {
    const mine = ++this.#epoch;
    const { config } = this;
    this.#stopRequested = false;
    if (this.evals.peek().length === 0) this.evals.value = [demoEval(config, 0)];
    this.status.value = 'running';
    while (this.#stepsLeft-- > 0 && this.steps.peek().length < config.steps && !this.#stopRequested) {
      const step = this.steps.peek().length + 1;
      const phases: Phase[] = ['sample', 'execute', 'score', 'update'];
      if (step % config.evalEvery === 0) phases.push('eval');
      for (const phase of phases) {
        if (this.#pace.holds) this.status.value = 'holding';
        await this.#pace.before(NEVER);
        if (mine !== this.#epoch) return;
        this.apply({ type: 'phase', step, phase, state: 'start' });
        const ms = PACE[phase] * (0.92 + 0.16 * ((step * 7919) % 13) * (1 / 13));
        await new Promise((done) => setTimeout(done, ms));
        if (mine !== this.#epoch) return;
        this.apply({ type: 'phase', step, phase, state: 'end', ms });
      }
      this.#record();
    }
    const ended = this.steps.peek().length >= config.steps;
    batch(() => {
      this.betweenPhases();
      if (ended) this.timeLeftMs.value = 0;
      this.status.value = ended ? 'done' : 'paused';
    });
  }

  #record(): void {
    const { config } = this;
    const step = this.steps.peek().length + 1;
    const rollouts = demoRollouts(config, step, skillAt(config.gate, step));
    batch(() => {
      this.apply({ type: 'step', record: demoStep(rollouts, config.gate, step), rollouts });
      if (step % config.evalEvery === 0 || step === config.steps)
        this.apply({ type: 'eval', record: demoEval(config, step) });
      this.timeLeftMs.value = (config.steps - step) * STEP_MS;
    });
  }
}
