/**
 * Must be evaluated before an engine's modules: puts a cap, which can be changed for each run, on how far the engine's
 * memory grows. Engines take a refused growth for an exhausted machine and raise their own out-of-memory error.
 */

const PAGE_BYTES = 65_536;
const MIB = 1024 * 1024;

let capBytes = Infinity;
let refused = false;

const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
  if (this.buffer.byteLength + pages * PAGE_BYTES > capBytes) {
    refused = true;
    throw new RangeError('memory cap');
  }
  return grow.call(this, pages);
};

/** Memory that grew beyond `memoryMb` before stays as large as it is. */
export function capMemory(memoryMb: number): void {
  capBytes = memoryMb * MIB;
  refused = false;
}

/** Whether the engine has asked for more than the cap since it was set: an out-of-memory error is then no pretence. */
export function growthWasRefused(): boolean {
  return refused;
}
