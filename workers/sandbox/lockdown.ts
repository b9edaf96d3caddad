/**
 * Freezes what a worker's messages go through. A program that broke out of its engine into the worker's JavaScript could
 * otherwise read the next run's nonce and port off its message, or keep the memory from being put back, by changing a
 * prototype. The port and the nonce themselves are in closures.
 */
export function lockDown(): void {
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
  for (const shared of [
    Event.prototype,
    EventTarget.prototype,
    MessageEvent.prototype,
    MessagePort.prototype,
    Uint8Array,
    Uint8Array.prototype,
    typedArray,
    WebAssembly.Memory.prototype,
    JSON,
    Reflect,
  ]) {
    Object.freeze(shared);
  }
  for (const name of ['JSON', 'Reflect', 'Uint8Array']) {
    Object.defineProperty(self, name, { writable: false, configurable: false });
  }
}
