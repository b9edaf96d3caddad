/** The parts of Emscripten's in-memory file system that are closed or put back. */
export interface FileSystem {
  streams: unknown[];
  currentPath: string;
  ErrnoError: new (errno: number) => Error;
  open(path: unknown, flags?: unknown, mode?: unknown): unknown;
}

/** WASI errno: read-only file system. */
const EROFS = 69;
/** Access mode, create, truncate and append bits of the open flags (octal 3, 100, 1000, 2000). */
const WRITE_FLAGS = 0o3 | 0o100 | 0o1000 | 0o2000;
const MUTATORS = [
  'allocate',
  'chmod',
  'chown',
  'create',
  'createDataFile',
  'createDevice',
  'createFile',
  'createLazyFile',
  'createPath',
  'createPreloadedFile',
  'fchmod',
  'fchown',
  'ftruncate',
  'lchmod',
  'lchown',
  'mkdev',
  'mkdir',
  'mkdirTree',
  'mknod',
  'mount',
  'rename',
  'rmdir',
  'symlink',
  'truncate',
  'unlink',
  'unmount',
  'utime',
  'writeFile',
];

/**
 * Makes the file system read-only: it lives in JavaScript, so the heap image does not put it back. Returns a
 * function that restores what reading changes: open streams and the working directory.
 */
export function closeFileSystem(files: FileSystem): () => void {
  const refuse = (): never => {
    throw new files.ErrnoError(EROFS);
  };
  for (const name of MUTATORS) {
    if (Reflect.has(files, name)) Reflect.set(files, name, refuse);
  }
  const open = files.open.bind(files);
  files.open = (path, flags, mode) => {
    if (typeof flags === 'string' ? flags !== 'r' : (Number(flags ?? 0) & WRITE_FLAGS) !== 0) refuse();
    return open(path, flags, mode);
  };
  const streams = [...files.streams];
  const directory = files.currentPath;
  return () => {
    files.streams.length = 0;
    files.streams.push(...streams);
    files.currentPath = directory;
  };
}
