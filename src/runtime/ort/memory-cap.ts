/**
 * Most memory of one engine, in pages of 64 KiB: 1 GiB, far beyond what models of a few million parameters take. ONNX
 * Runtime asks for 4 GiB. Where memory is shared that is set aside at once, and WebKit refuses what comes to three times
 * the machine's memory, which a few engines of a page and of the one before it, not yet swept up, do.
 */
const MAX_PAGES = 16_384;
let capped = false;

/** ONNX Runtime has no setting for it. */
export function capMemory(): void {
  if (capped) return;
  capped = true;
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super({ ...descriptor, maximum: Math.min(descriptor.maximum ?? MAX_PAGES, MAX_PAGES) });
    }
  };
}
