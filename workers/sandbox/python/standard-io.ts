import { MAX_PRINTED_BYTES, type Printed } from '../../../src/sandbox/protocol.ts';

const FIRST_BYTES = 4096;

/** The standard input and output of a script. Outside a script's run the input is empty and the output is not kept. */
export class StandardIo {
  #input = new Uint8Array(0);
  #at = 0;
  #kept: Uint8Array<ArrayBuffer> | null = null;
  #size = 0;
  #cut = false;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  open(input: string): void {
    this.#input = this.#encoder.encode(input);
    this.#at = 0;
    this.#kept = new Uint8Array(FIRST_BYTES);
    this.#size = 0;
    this.#cut = false;
  }

  /** Fills the buffer with what comes next. @returns the number of bytes, 0 at the end */
  read(buffer: Uint8Array): number {
    const part = this.#input.subarray(this.#at, this.#at + buffer.length);
    buffer.set(part);
    this.#at += part.length;
    return part.length;
  }

  /** Keeps a copy: the bytes are a view of the interpreter's memory. */
  write(bytes: Uint8Array): void {
    if (this.#kept === null) return;
    const part = bytes.subarray(0, MAX_PRINTED_BYTES - this.#size);
    if (part.length < bytes.length) this.#cut = true;
    const size = this.#size + part.length;
    if (size > this.#kept.length) {
      const larger = new Uint8Array(Math.min(MAX_PRINTED_BYTES, Math.max(size, 2 * this.#kept.length)));
      larger.set(this.#kept.subarray(0, this.#size));
      this.#kept = larger;
    }
    this.#kept.set(part, this.#size);
    this.#size = size;
  }

  printed(): Printed {
    const bytes = this.#kept?.subarray(0, this.#size) ?? new Uint8Array(0);
    if (this.#cut) return { text: '', state: 'cut' };
    try {
      return { text: this.#decoder.decode(bytes), state: 'whole' };
    } catch {
      return { text: '', state: 'not-text' };
    }
  }

  close(): void {
    this.#input = new Uint8Array(0);
    this.#at = 0;
    this.#kept = null;
  }
}
