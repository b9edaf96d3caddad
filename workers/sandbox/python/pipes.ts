import { START_MS } from '../clock.ts';
import type { FileSystem, Stream } from './files.ts';

/** WASI's numbers for errors. */
const EAGAIN = 6;
const EMFILE = 33;
const EPIPE = 64;
/** As in Linux. */
const CAPACITY_BYTES = 65_536;
/** They take memory that is not the interpreter's, at most a megabyte of it. */
const MAX_PIPES = 16;
const FIFO_MODE = 0o010600;
const O_RDONLY = 0;
const O_WRONLY = 1;
const POLLIN = 0x001 | 0x040;
const POLLOUT = 0x004 | 0x100;

interface Pipe {
  readonly bytes: Uint8Array;
  /** Where what was written and not yet read begins and ends. */
  start: number;
  end: number;
  /** Open ends: of each kind a pipe begins with one. */
  readers: number;
  writers: number;
}

/**
 * In place of Emscripten's pipes, which grow without limit and are numbered from program to program. These are small, look
 * all alike, and go with their descriptors. With one thread nobody could end a wait, so what would wait is refused.
 */
export class Pipes {
  readonly #files: FileSystem;

  constructor(files: FileSystem) {
    this.#files = files;
  }

  /** @returns the descriptors for reading and for writing */
  open(): readonly [number, number] {
    const ends = this.#files.streams.filter((stream) => stream?.node.mode === FIFO_MODE);
    if (ends.length >= 2 * MAX_PIPES) throw new this.#files.ErrnoError(EMFILE);
    const pipe: Pipe = { bytes: new Uint8Array(CAPACITY_BYTES), start: 0, end: 0, readers: 1, writers: 1 };
    const time = new Date(START_MS);
    const numbers = { dev: 0, ino: 0, mode: FIFO_MODE, nlink: 1, uid: 0, gid: 0, rdev: 0, size: 0 };
    const attributes = { ...numbers, atime: time, mtime: time, ctime: time, blksize: 4096, blocks: 0 };
    const node = { mode: FIFO_MODE, rdev: 0, id: 0, node_ops: { getattr: () => attributes } };
    const end = (flags: number): number =>
      this.#files.createStream({
        path: 'pipe',
        node,
        flags,
        seekable: false,
        stream_ops: this.#operations(pipe),
      }).fd;
    return [end(O_RDONLY), end(O_WRONLY)];
  }

  #operations(pipe: Pipe): object {
    const count = (stream: Stream, change: number): void => {
      if ((stream.flags & O_WRONLY) === 0) pipe.readers += change;
      else pipe.writers += change;
    };
    return {
      dup: (stream: Stream) => count(stream, 1),
      close: (stream: Stream) => count(stream, -1),
      poll: (stream: Stream) => {
        if ((stream.flags & O_WRONLY) !== 0) return POLLOUT;
        return pipe.end > pipe.start || pipe.writers === 0 ? POLLIN : 0;
      },
      read: (_: Stream, buffer: Uint8Array, offset: number, length: number): number => {
        if (pipe.end === pipe.start && pipe.writers > 0 && length > 0)
          throw new this.#files.ErrnoError(EAGAIN);
        const part = pipe.bytes.subarray(pipe.start, Math.min(pipe.end, pipe.start + length));
        buffer.set(part, offset);
        pipe.start += part.length;
        return part.length;
      },
      write: (_: Stream, buffer: Uint8Array, offset: number, length: number): number => {
        if (pipe.readers === 0) throw new this.#files.ErrnoError(EPIPE);
        pipe.bytes.copyWithin(0, pipe.start, pipe.end);
        pipe.end -= pipe.start;
        pipe.start = 0;
        const part = buffer.subarray(offset, offset + Math.min(length, CAPACITY_BYTES - pipe.end));
        if (part.length === 0 && length > 0) throw new this.#files.ErrnoError(EAGAIN);
        pipe.bytes.set(part, pipe.end);
        pipe.end += part.length;
        return part.length;
      },
    };
  }
}
