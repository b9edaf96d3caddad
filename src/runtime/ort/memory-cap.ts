/** Bytes of a page. */
const PAGE = 65_536;
/**
 * Most memory of one engine, in pages: 1 GiB, far beyond what models of a few million parameters take. ONNX Runtime asks
 * for 4 GiB. Where memory is shared that is set aside at once, and WebKit refuses what comes to three times the machine's
 * memory, which a few engines of a page and of the one before it, not yet swept up, do.
 */
let maxPages = 16_384;
let capped = false;
const memories: WebAssembly.Memory[] = [];

/** ONNX Runtime has no setting for it. */
export function capMemory(): void {
  if (capped) return;
  capped = true;
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super({ ...descriptor, maximum: Math.min(descriptor.maximum ?? maxPages, maxPages) });
      memories.push(this);
    }
  };
}

/** Lets an engine of this thread grow further; before it computes anything. */
export function allowMemory(bytes: number): void {
  maxPages = Math.max(maxPages, Math.ceil(bytes / PAGE));
}

/** What engines of this thread have taken: it is never given back. */
export const heapBytes = (): number => memories.reduce((total, { buffer }) => total + buffer.byteLength, 0);
