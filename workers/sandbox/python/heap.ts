import type { FileSystem } from './files.ts';

/** The parts of Emscripten's module that the sandbox reads. */
export interface EngineModule {
  readonly HEAPU8: Uint8Array;
  readonly HEAPU32: Uint32Array;
  readonly FS: FileSystem;
  _emscripten_get_sbrk_ptr(): number;
  _emscripten_stack_get_end(): number;
  _emscripten_stack_get_current(): number;
}

/** Bytes of the heap and where they belong. */
interface Part {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/**
 * A copy of the interpreter's heap as it was when the image was taken. Two things are left out: what lies above the
 * program break, which nothing has been handed yet and which is zeroed on the way back, and the free part of the C
 * stack (two fifths of the heap), which is dead between runs.
 */
export class HeapImage {
  readonly #module: EngineModule;
  readonly #parts: readonly Part[];
  readonly #end: number;

  constructor(module: EngineModule) {
    this.#module = module;
    this.#end = this.#break();
    const { _emscripten_stack_get_end: stackEnd, _emscripten_stack_get_current: stackTop } = module;
    const part = (start: number, end: number): Part => ({ start, bytes: module.HEAPU8.slice(start, end) });
    this.#parts = [part(0, stackEnd()), part(stackTop(), this.#end)];
  }

  get sizeBytes(): number {
    return this.#parts.reduce((total, part) => total + part.bytes.length, 0);
  }

  /** How far the interpreter's memory reaches now. It never gives any back, so this is the most that it has held. */
  get breakBytes(): number {
    return this.#break();
  }

  /** The size of the whole memory, used or not. */
  get heldBytes(): number {
    return this.#module.HEAPU8.length;
  }

  /** Puts the heap back. Call only when no Python or C frame is live. */
  restore(): void {
    const used = this.#break();
    const heap = this.#module.HEAPU8;
    for (const { start, bytes } of this.#parts) heap.set(bytes, start);
    if (used > this.#end) heap.fill(0, this.#end, used);
  }

  #break(): number {
    const { _emscripten_get_sbrk_ptr: breakPointer } = this.#module;
    const end = this.#module.HEAPU32[breakPointer() >>> 2];
    if (end === undefined || end === 0) throw new RangeError('The interpreter reports no program break.');
    // Whoever corrupts memory can write anything there.
    return Math.min(end, this.#module.HEAPU8.length);
  }
}
