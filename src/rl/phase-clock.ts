import type { Phase, PhaseFound, TrainEvent } from './types.ts';

interface Ports {
  readonly emit: (event: TrainEvent) => void;
  /** Asked before each phase, which begins when it settles. */
  readonly before?: (phase: Phase) => Promise<void>;
}

/** Tells the views which phase runs, and how long each took. */
export class PhaseClock {
  readonly seconds: Record<string, number> = {};
  /** Milliseconds in which phases were kept waiting. */
  heldMs = 0;

  constructor(
    readonly step: number,
    readonly ports: Ports,
    readonly signal: AbortSignal | undefined,
  ) {}

  async time<T>(phase: Phase, work: () => Promise<T>, found?: (result: T) => PhaseFound): Promise<T> {
    const { emit, before } = this.ports;
    this.signal?.throwIfAborted();
    if (before) {
      const asked = performance.now();
      await before(phase);
      this.heldMs += performance.now() - asked;
    }
    emit({ type: 'phase', step: this.step, phase, state: 'start' });
    const start = performance.now();
    const result = await work();
    const ms = performance.now() - start;
    const name = `time/${phase}`;
    this.seconds[name] = (this.seconds[name] ?? 0) + ms / 1000;
    const told = found && { found: found(result) };
    emit({ type: 'phase', step: this.step, phase, state: 'end', ms, ...told });
    this.signal?.throwIfAborted();
    return result;
  }
}
