/** A file of which parts are read, and which is never held whole. */
export interface RandomAccess {
  /** Bytes. */
  readonly size: number;
  /** The bytes from `begin` up to `end`, which is at most the size, in memory of their own. */
  read(begin: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A file that a person picked or dropped. */
export const blobAccess = (blob: Blob): RandomAccess => ({
  size: blob.size,
  read: async (begin, end) => new Uint8Array(await blob.slice(begin, end).arrayBuffer()),
});
