/** A copy of an engine's memory. Everything beyond its last byte was zero, and is zero again after `restore`. */
export class MemoryImage {
  readonly #memory: WebAssembly.Memory;
  readonly #bytes: Uint8Array;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    const heap = new Uint8Array(memory.buffer);
    let end = heap.length;
    while (end > 0 && heap[end - 1] === 0) end--;
    this.#bytes = heap.slice(0, end);
  }

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  get heldBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Puts the memory back. Call only when no WebAssembly frame is live. */
  restore(): void {
    const heap = new Uint8Array(this.#memory.buffer);
    heap.set(this.#bytes);
    heap.fill(0, this.#bytes.length);
  }
}
