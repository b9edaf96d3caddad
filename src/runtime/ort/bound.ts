/** Programs over arrays that stay the same. On a GPU they are captured: recorded once and then repeated. */
import type * as Ort from 'onnxruntime-web';
import type { BoundProgram } from '../runtime.ts';
import type { Gpu } from './gpu.ts';

/** Runs a call into ONNX Runtime when it may be made. */
export type Call = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Options under which the provider captures. In ONNX Runtime Web 1.30 the capture mode of its JavaScript binds outputs
 * once and loses their buffers, so only the provider, which reads the option first, may see it.
 */
export function capturing(options: Ort.InferenceSession.SessionOptions): Ort.InferenceSession.SessionOptions {
  let reads = 0;
  return Object.defineProperty({ ...options }, 'enableGraphCapture', {
    enumerable: true,
    get: () => (reads++ === 0 ? true : undefined),
  });
}

interface Session {
  readonly session: Ort.InferenceSession;
  readonly feeds: Readonly<Record<string, Ort.Tensor>>;
}

interface Parts {
  readonly start: (isCaptured: boolean) => Promise<Session>;
  readonly results: Readonly<Record<string, Ort.Tensor>>;
  readonly call: Call;
  readonly release: (session: Ort.InferenceSession) => Promise<void>;
  readonly gpu: Gpu | null;
  readonly capture: boolean;
}

/** It is right all the same, and slower. */
const tellOf = (cause: string): void =>
  console.warn(`A program is started kernel by kernel and not from a record: ${cause}.`);

/** Captured on a GPU, if its provider takes every node of the graph; else as it is. */
export async function openBound(parts: Parts): Promise<BoundProgram> {
  const { start, gpu, capture } = parts;
  const captured =
    gpu && capture
      ? await start(true).catch((error: unknown) => {
          if (gpu.lost) throw error;
          tellOf('not every node of it runs on this GPU');
          return null;
        })
      : null;
  return new OrtBoundProgram(parts, captured ?? (await start(false)), captured !== null);
}

class OrtBoundProgram implements BoundProgram {
  readonly #parts: Parts;
  #current: Session;
  #isCaptured: boolean;
  #runs = 0;

  constructor(parts: Parts, session: Session, isCaptured: boolean) {
    this.#parts = parts;
    this.#current = session;
    this.#isCaptured = isCaptured;
  }

  get isCaptured(): boolean {
    return this.#isCaptured;
  }

  async run(): Promise<void> {
    const { call, gpu, results } = this.#parts;
    const { session, feeds } = this.#current;
    if (!gpu) {
      const values = await call(() => session.run(feeds));
      for (const [name, { data }] of Object.entries(results))
        (data as Float32Array).set(values[name]!.data as Float32Array);
      return;
    }
    const before = { ...gpu.asked };
    await call(() => session.run(feeds, results));
    if (!this.#isCaptured || this.#runs === 2) return;
    // The first run is recorded, and a record holds no copies; the second one repeats it, which takes no bind groups.
    const isKept =
      ++this.#runs === 1 ? gpu.asked.copies === before.copies : gpu.asked.bindGroups === before.bindGroups;
    if (isKept) return;
    tellOf(this.#runs === 1 ? 'it copies buffers, which a record leaves out' : 'its record was not repeated');
    await this.#goOnWithout();
  }

  release(): Promise<void> {
    return this.#parts.release(this.#current.session);
  }

  async #goOnWithout(): Promise<void> {
    const { release, start } = this.#parts;
    await release(this.#current.session);
    this.#isCaptured = false;
    this.#current = await start(false);
  }
}
