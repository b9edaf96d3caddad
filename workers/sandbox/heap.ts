import type { FileSystem } from './files.ts';

/** The parts of Emscripten's module that the sandbox reads. */
export interface EngineModule {
  readonly HEAPU8: Uint8Array;
  readonly HEAPU32: Uint32Array;
  readonly FS: FileSystem;
  _emscripten_get_sbrk_ptr(): number;
}

/**
 * A copy of the interpreter's heap as it was when the image was taken. Only the part below the program break is
 * kept: nothing above it has been handed out, and what a program used of it is zeroed on the way back.
 */
export class HeapImage {
  readonly #module: EngineModule;
  readonly #bytes: Uint8Array;

  constructor(module: EngineModule) {
    this.#module = module;
    this.#bytes = module.HEAPU8.slice(0, this.#break());
  }

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  /** Puts the heap back. Call only when no Python or C frame is live. */
  restore(): void {
    const used = this.#break();
    const heap = this.#module.HEAPU8;
    heap.set(this.#bytes);
    if (used > this.#bytes.length) heap.fill(0, this.#bytes.length, used);
  }

  #break(): number {
    const { _emscripten_get_sbrk_ptr: breakPointer } = this.#module;
    const address = breakPointer();
    const end = this.#module.HEAPU32[address >>> 2];
    if (end === undefined || end === 0) throw new RangeError('The interpreter reports no program break.');
    // A program can write anything there, through ctypes for one.
    return Math.min(end, this.#module.HEAPU8.length);
  }
}
