import { START_MS } from '../clock.ts';

/** The parts of Emscripten's in-memory file system that are closed or put back. */
export interface FileSystem {
  readonly root: FileNode;
  readonly filesystems: { readonly MEMFS: { readonly ops_table: Readonly<Record<string, OperationTable>> } };
  readonly nameTable: (FileNode | undefined)[];
  streams: (Stream | null)[];
  MAX_OPEN_FDS: number;
  ErrnoError: new (errno: number) => { readonly errno: number };
  open(path: string | FileNode, flags?: string | number, mode?: number): unknown;
  write(stream: Stream, ...rest: unknown[]): number;
  unlink(path: string): void;
  isChrdev(mode: number): boolean;
  isFIFO(mode: number): boolean;
  createStream(stream: object): Stream;
  lookupPath(path: string, options?: object): { readonly node?: FileNode };
  getDevice(rdev: number): { readonly stream_ops: { read: Read } };
}

interface FileNode {
  readonly mode: number;
  readonly rdev: number;
  readonly usedBytes?: number;
  /** A file's bytes, or a folder's nodes by their names. */
  readonly contents?: Uint8Array | Record<string, FileNode>;
  readonly mounted?: { readonly root: FileNode } | null;
  readonly stream_ops?: object;
  atime: number;
  mtime: number;
  ctime: number;
}

export interface Stream {
  flags: number;
  readonly fd: number;
  /** Flags and position. */
  shared: object;
  readonly node: FileNode;
}

type Operations = Record<string, unknown>;
interface OperationTable {
  readonly node: Operations;
  readonly stream: Operations;
}

type Read = (
  stream: Stream,
  buffer: Uint8Array<ArrayBuffer>,
  offset: number,
  length: number,
  position: number,
) => number;

/** WASI's numbers for errors. */
const ENXIO = 60;
const EROFS = 69;
/** As in Linux: more would be so many objects outside the heap. */
const MAX_OPEN_FILES = 1024;
/** Access mode, create, truncate and append bits of the open flags (octal 3, 100, 1000, 2000). */
const CREATE_FLAGS = 0o100 | 0o1000;
const WRITE_FLAGS = 0o3 | 0o2000 | CREATE_FLAGS;
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
  'mmap',
  'mount',
  'msync',
  'rename',
  'rmdir',
  'symlink',
  'truncate',
  'unlink',
  'unmount',
  'utime',
  'writeFile',
];
const NODE_MUTATORS = ['mknod', 'rename', 'rmdir', 'setattr', 'symlink', 'unlink'];
const STREAM_MUTATORS = ['mmap', 'msync', 'write'];

/**
 * Makes the file system read-only and constant: it lives in JavaScript, so the heap image does not put it back. Returns a
 * function that restores what use changes: descriptors, the working directory, times of access, and every field besides.
 */
export function closeFileSystem(files: FileSystem): () => void {
  // Terminals would collect what is written to them until a line ends.
  for (const path of ['/dev/tty', '/dev/tty1']) files.unlink(path);
  files.MAX_OPEN_FDS = MAX_OPEN_FILES;
  const refuse = (): never => {
    throw new files.ErrnoError(EROFS);
  };
  const closeAll = (operations: object, names: readonly string[]): void => {
    for (const name of names) if (Reflect.has(operations, name)) Reflect.set(operations, name, refuse);
  };
  closeAll(files, MUTATORS);
  for (const { node, stream } of Object.values(files.filesystems.MEMFS.ops_table)) {
    closeAll(node, NODE_MUTATORS);
    closeAll(stream, STREAM_MUTATORS);
  }
  closeOpen(files, refuse);
  const write = files.write.bind(files);
  files.write = (stream, ...rest) => {
    const { mode } = stream.node;
    return files.isChrdev(mode) || files.isFIFO(mode) ? write(stream, ...rest) : refuse();
  };

  const nodes = allNodes(files.root);
  serveFromCopies(files, nodes);
  for (const path of ['/dev/random', '/dev/urandom']) {
    const { node } = files.lookupPath(path);
    if (node) files.getDevice(node.rdev).stream_ops.read = readEntropy;
  }
  return remember(files, nodes);
}

/** Only the device that swallows everything can be opened for writing, and only what has operations for reading. */
function closeOpen(files: FileSystem, refuse: () => never): void {
  const open = files.open.bind(files);
  files.open = (path, flags = 0, mode) => {
    const { node } =
      typeof path === 'string' ? files.lookupPath(path, { noent_okay: true, follow: true }) : { node: path };
    const writes = typeof flags === 'string' ? flags !== 'r' : (flags & WRITE_FLAGS) !== 0;
    if (node && !node.stream_ops) throw new files.ErrnoError(ENXIO);
    if (!writes) return open(path, flags, mode);
    if (path !== '/dev/null' || typeof flags === 'string') return refuse();
    return open(path, flags & ~CREATE_FLAGS, mode);
  };
}

/** Every node that a path leads to. */
function allNodes(root: FileNode): FileNode[] {
  const nodes = [root];
  for (const { contents, mounted } of nodes) {
    if (mounted && !nodes.includes(mounted.root)) nodes.push(mounted.root);
    if (contents && !(contents instanceof Uint8Array)) nodes.push(...Object.values(contents));
  }
  return nodes;
}

/** What is read comes out of copies that no name leads to, whatever becomes of the file system's own bytes. */
function serveFromCopies(files: FileSystem, nodes: readonly FileNode[]): void {
  const copies = new Map<FileNode, Uint8Array>();
  for (const node of nodes) {
    if (node.contents instanceof Uint8Array) copies.set(node, node.contents.slice(0, node.usedBytes));
  }
  const get = copies.get.bind(copies);
  const read: Read = ({ node }, buffer, offset, length, position) => {
    const bytes = get(node);
    if (!bytes || position >= bytes.length) return 0;
    const part = bytes.subarray(position, position + length);
    buffer.set(part, offset);
    return part.length;
  };
  const table = files.filesystems.MEMFS.ops_table['file'];
  if (!table) throw new TypeError('The file system has no table of operations on files.');
  table.stream['read'] = read;
}

/** The fields of the file system, of its nodes and folders and of the open streams as they are now, to be put back. */
function remember(files: FileSystem, nodes: readonly FileNode[]): () => void {
  const kept: { readonly object: object; readonly fields: object }[] = [];
  const keep = (object: object): void => void kept.push({ object, fields: { ...object } });
  keep(files);
  keep(files.nameTable);
  for (const node of nodes) {
    // Else they would say how long this worker took to start.
    node.atime = node.mtime = node.ctime = START_MS;
    keep(node);
    if (node.contents && !(node.contents instanceof Uint8Array)) keep(node.contents);
  }
  const streams = [...files.streams];
  for (const stream of streams) if (stream) keep(stream);
  const positions = streams.map((stream) => stream && { ...stream.shared });
  return () => {
    for (const { object, fields } of kept) {
      for (const name of Object.keys(object)) if (!(name in fields)) Reflect.deleteProperty(object, name);
      Object.assign(object, fields);
    }
    files.streams.length = 0;
    streams.forEach((stream, fd) => {
      if (stream) Object.assign(stream, { shared: { ...positions[fd] } });
      files.streams.push(stream);
    });
  };
}

/** In place of Emscripten's own, which hands out bytes that it drew during an earlier program. */
function readEntropy(_: unknown, buffer: Uint8Array<ArrayBuffer>, offset: number, length: number): number {
  crypto.getRandomValues(buffer.subarray(offset, offset + length));
  return length;
}
