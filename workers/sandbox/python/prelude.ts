/**
 * Must be evaluated before Pyodide's modules. Takes away what they need not find and puts bounded or repeatable
 * versions in place of what they do: one worker, one deterministic source of entropy.
 */

// Pyodide refuses classic workers when it finds this, and only classic workers start in an opaque frame.
Reflect.set(self, 'importScripts', undefined);

// A proxy collected after the heap was put back would decrement a reference count that is no longer its own.
Reflect.set(
  self,
  'FinalizationRegistry',
  class {
    register(): void {}
    unregister(): void {}
  },
);

let entropy = 0;

/** Rewinds the entropy that Python sees, so that every program starts from the same random state. */
export function rewindEntropy(): void {
  entropy = 0x9e3779b9;
}
rewindEntropy();

/** xorshift32: repeatability is wanted here, secrecy is not. */
function nextByte(): number {
  entropy ^= entropy << 13;
  entropy ^= entropy >>> 17;
  entropy ^= entropy << 5;
  return entropy & 0xff;
}

Object.defineProperty(crypto, 'getRandomValues', {
  value: <T extends ArrayBufferView>(view: T): T => {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (let i = 0; i < bytes.length; i++) bytes[i] = nextByte();
    return view;
  },
});
