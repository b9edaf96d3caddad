import { monotonicMs, programMs, sleepClockMs } from '../clock.ts';
import type { FileSystem } from './files.ts';
import { Pipes } from './pipes.ts';

/**
 * What the interpreter's WebAssembly may ask of JavaScript. Emscripten imports some 270 functions into it, of which a program
 * needs a few dozen. Once the interpreter is prepared, only these still do anything: so what lives in JavaScript, and is not
 * put back with the heap (files, pipes, sockets, host names, timers, libraries), cannot be changed or made from inside.
 */

/** WASI's numbers for errors, which Emscripten uses. */
const EBADF = 8;
const EAFNOSUPPORT = 5;
const EINVAL = 28;
const EMFILE = 33;
const ENAMETOOLONG = 37;
const ENODEV = 43;
const ENOSYS = 52;
const ENOTSOCK = 57;
const ENOTTY = 59;
const EROFS = 69;

/** Left as they are. */
const ALLOWED: ReadonlySet<string> = new Set(
  [
    // Calls from JavaScript into Python, with texts and numbers for arguments and results.
    'JsvArray_Get js2python_js JsvError_Check JsvNoValue_Check',
    '_python2js_ascii _python2js_ucs1 _python2js_ucs2 _python2js_ucs4',
    // Calls within Python, interrupts, and the ways out.
    '_PyEM_TrampolineCall_JS _Py_CheckEmscriptenSignals_Helper __call_sighandler',
    'exit proc_exit _abort_js __assert_fail _emscripten_runtime_keepalive_clear',
    'emscripten_resize_heap emscripten_get_heap_max random_get environ_get environ_sizes_get',
    '_emscripten_get_progname _gmtime_js _localtime_js _mktime_js _timegm_js _tzset_js',
    '__syscall_getuid32_js __syscall_umask_js',
    // Reading files. What is opened, read and written is decided in `files.ts`.
    '__syscall_fchdir __syscall_fdatasync __syscall_fstat64 __syscall_fstatfs64 __syscall_getcwd',
    '__syscall_getdents64 __syscall_dup __syscall_dup3 __syscall_fadvise64 __syscall_poll',
    'fd_close fd_fdstat_get fd_pread fd_read fd_seek fd_sync fd_write',
  ].flatMap((names) => names.split(' ')),
);

/** Those that take a path, with the place of the path among their arguments. */
const PATHS: Readonly<Record<string, number>> = {
  __syscall_chdir: 0,
  __syscall_faccessat: 1,
  __syscall_lstat64: 0,
  __syscall_newfstatat: 1,
  __syscall_openat: 1,
  __syscall_readlinkat: 1,
  __syscall_stat64: 0,
  __syscall_statfs64: 0,
};

/** A longer path is copied out of the heap and taken apart at the page's expense. */
const PATH_MAX = 4096;

/** What the others answer that programs may well call; whatever is in no list ends the interpreter. */
const ANSWERS: Readonly<Record<string, number | undefined>> = {
  __syscall_chmod: -EROFS,
  __syscall_fallocate: -EROFS,
  __syscall_fchmod: -EROFS,
  __syscall_fchmodat2: -EROFS,
  __syscall_fchown32: -EROFS,
  __syscall_fchownat: -EROFS,
  __syscall_ftruncate64: -EROFS,
  __syscall_mkdirat: -EROFS,
  __syscall_mknodat: -EROFS,
  __syscall_renameat: -EROFS,
  __syscall_rmdir: -EROFS,
  __syscall_symlinkat: -EROFS,
  __syscall_truncate64: -EROFS,
  __syscall_unlinkat: -EROFS,
  __syscall_utimensat: -EROFS,
  fd_pwrite: EROFS,
  _mmap_js: -ENODEV,
  _msync_js: -EINVAL,
  _munmap_js: -EINVAL,
  __syscall_ioctl: -ENOTTY,
  // Sockets, whose buffers and names are kept outside the heap.
  __syscall_socket: -EAFNOSUPPORT,
  __syscall_accept4: -ENOTSOCK,
  __syscall_bind: -ENOTSOCK,
  __syscall_connect: -ENOTSOCK,
  __syscall_getpeername: -ENOTSOCK,
  __syscall_getsockname: -ENOTSOCK,
  __syscall_getsockopt: -ENOTSOCK,
  __syscall_listen: -ENOTSOCK,
  __syscall_recvfrom: -ENOTSOCK,
  __syscall_recvmsg: -ENOTSOCK,
  __syscall_sendmsg: -ENOTSOCK,
  __syscall_sendto: -ENOTSOCK,
  _try_fcntl64: 0,
  _try_shutdown: 0,
  // Names of hosts and protocols: "no such name", and the address 0.0.0.0.
  getaddrinfo: -2,
  getnameinfo: -2,
  getprotobyname: 0,
  _emscripten_lookup_name: 0,
  // An alarm is accepted and never rings.
  _setitimer_js: 0,
  _dlopen_js: 0,
  _emscripten_system: -ENOSYS,
};

/** These answer with a JavaScript value: none, since no descriptor is a socket. */
const NOTHING: readonly string[] = [
  '_maybe_connect_async',
  '_maybe_poll_async',
  '_maybe_recvfrom_async',
  '_maybe_sendto_async',
];

const F_DUPFD = 0;
const F_SETFL = 4;
const O_APPEND = 0o2000;
const O_NONBLOCK = 0o4000;
const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const CLOCKS = 4;

/** Every name above. */
export const LISTED: readonly string[] = [
  ...ALLOWED,
  ...Object.keys(PATHS),
  ...Object.keys(ANSWERS),
  ...NOTHING,
  '__syscall_fcntl64',
  '__syscall_pipe',
  'emscripten_get_now',
  'emscripten_date_now',
  'clock_res_get',
  'clock_time_get',
];

type Import = (...values: never[]) => unknown;
type Imports = Record<string, WebAssembly.ImportValue>;

/** Stands between an instance and the functions that it imports. Open while the interpreter starts. */
export class ImportGate {
  #files: FileSystem | null = null;
  #memory: WebAssembly.Memory | null = null;

  async instantiate(module: WebAssembly.Module, imports: WebAssembly.Imports): Promise<WebAssembly.Instance> {
    const { env, wasi_snapshot_preview1: wasi } = imports;
    const instance = await WebAssembly.instantiate(module, {
      ...imports,
      env: this.#guard(env as Imports),
      wasi_snapshot_preview1: this.#guard(wasi as Imports),
    });
    const { memory } = instance.exports;
    if (!(memory instanceof WebAssembly.Memory)) throw new TypeError('The interpreter exports no memory.');
    this.#memory = memory;
    return instance;
  }

  /** From here on programs may run. */
  close(files: FileSystem): void {
    this.#files = files;
  }

  #guard(imports: Imports): Imports {
    const guarded: Imports = {};
    for (const name of Object.keys(imports)) {
      const original = imports[name] as WebAssembly.ImportValue;
      guarded[name] =
        typeof original !== 'function' || ALLOWED.has(name)
          ? original
          : (this.#clock(name) ?? this.#unlessClosed(name, original as Import));
    }
    return guarded;
  }

  #clock(name: string): Import | null {
    switch (name) {
      case 'emscripten_get_now':
        return sleepClockMs;
      case 'emscripten_date_now':
        return () => Date.now();
      case 'clock_res_get':
        return (clock: number, at: number) => this.#writeTime(clock, at, 1);
      case 'clock_time_get':
        return (clock: number, _: bigint, at: number) => this.#writeTime(clock, at, timeOf(clock));
      default:
        return null;
    }
  }

  #writeTime(clock: number, at: number, ms: number): number {
    if (clock < 0 || clock >= CLOCKS || !this.#memory) return EINVAL;
    new DataView(this.#memory.buffer).setBigUint64(at >>> 0, BigInt(Math.round(ms * 1e6)), true);
    return 0;
  }

  #unlessClosed(name: string, original: Import): Import {
    const call = original as (...values: unknown[]) => unknown;
    const closed = this.#closedForm(name, call);
    return (...values: unknown[]) => (this.#files ? closed(this.#files, values) : call(...values));
  }

  #closedForm(
    name: string,
    call: (...values: unknown[]) => unknown,
  ): (files: FileSystem, values: unknown[]) => unknown {
    const place = PATHS[name];
    if (place !== undefined) {
      return (_, values) => (this.#isLongPath(values[place] as number) ? -ENAMETOOLONG : call(...values));
    }
    if (name === '__syscall_fcntl64') {
      return (files, values) => this.#control(files, values as [number, number, number], call);
    }
    if (name === '__syscall_pipe') return (files, [at]) => this.#openPipe(files, at as number);
    if (name in ANSWERS) return () => ANSWERS[name];
    if (NOTHING.includes(name)) return () => null;
    return () => {
      throw new Error(`${name} is closed to programs.`);
    };
  }

  #isLongPath(at: number): boolean {
    const bytes = new Uint8Array(this.#memory?.buffer ?? new ArrayBuffer(0), at >>> 0);
    return bytes.subarray(0, PATH_MAX).indexOf(0) < 0;
  }

  #openPipe(files: FileSystem, at: number): number {
    try {
      const view = new DataView((this.#memory as WebAssembly.Memory).buffer);
      new Pipes(files).open().forEach((fd, i) => view.setInt32((at >>> 0) + 4 * i, fd, true));
      return 0;
    } catch (error) {
      if (error instanceof files.ErrnoError) return -error.errno;
      throw error;
    }
  }

  /** Emscripten's own `F_SETFL` makes a file that was opened for reading writable; here, as in Linux, it does not. */
  #control(
    files: FileSystem,
    [fd, command, at]: [number, number, number],
    call: (...values: unknown[]) => unknown,
  ): unknown {
    if (command !== F_SETFL && command !== F_DUPFD) return call(fd, command, at);
    const value = new DataView((this.#memory as WebAssembly.Memory).buffer).getInt32(at >>> 0, true);
    if (command === F_DUPFD) {
      // A number beyond the limit would make the table of descriptors as long.
      if (value < 0 || value >= files.MAX_OPEN_FDS) return -EINVAL;
      for (let free = value; free < files.MAX_OPEN_FDS; free++) {
        if (!files.streams[free]) return call(fd, command, at);
      }
      return -EMFILE;
    }
    const stream = files.streams[fd];
    if (!stream) return -EBADF;
    const changeable = O_APPEND | O_NONBLOCK;
    stream.flags = (stream.flags & ~changeable) | (value & changeable);
    return 0;
  }
}

function timeOf(clock: number): number {
  if (clock === CLOCK_REALTIME) return Date.now();
  return clock === CLOCK_MONOTONIC ? monotonicMs() : programMs();
}
