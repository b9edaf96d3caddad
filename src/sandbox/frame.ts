import * as v from 'valibot';
import type { EngineFile, EngineSpec } from './engine-spec.ts';
import { fromFrame, type ToFrame } from './protocol.ts';

/** The sandbox could not be started or kept alive: our failure, not a program's. */
export class SandboxUnavailableError extends Error {
  override readonly name = 'SandboxUnavailableError';
}

/** First in the document, so that nothing in it runs under a weaker policy. */
const CSP =
  "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:; worker-src blob: data:; " +
  "connect-src 'none'; base-uri 'none'; form-action 'none'";

const START_MS = 60_000;

/** What the pool hears about a worker from outside its own port. */
export type Mishap = { readonly kind: 'died'; readonly message: string } | { readonly kind: 'noise' };

/** A worker in the frame: its port, and the way to end it. */
export interface FrameWorker {
  readonly port: MessagePort;
  terminate(): void;
}

async function fetchAsset(name: string): Promise<Response> {
  const url = new URL(`${import.meta.env.BASE_URL}sandbox/${name}`, document.baseURI);
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new SandboxUnavailableError(
      `The sandbox file ${url.href} could not be fetched: ${String(error)}. Reload to try again.`,
    );
  }
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok || type.includes('text/html')) {
    throw new SandboxUnavailableError(
      `The sandbox file ${url.href} is missing (status ${response.status}). Serve the whole build folder, sandbox/ included.`,
    );
  }
  return response;
}

/** The bytes of a file, unpacked as they arrive. */
async function fetchBytes(file: EngineFile): Promise<ArrayBuffer> {
  const response = await fetchAsset(file.name);
  if (!file.gzip || !response.body) return response.arrayBuffer();
  const reader = response.body.getReader();
  const { value: first } = await reader.read();
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => (first ? controller.enqueue(first) : controller.close()),
    pull: async (controller) => {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  // Some hosts unpack on the way, others do not.
  const packed = first?.[0] === 0x1f && first[1] === 0x8b;
  return new Response(packed ? whole.pipeThrough(new DecompressionStream('gzip')) : whole).arrayBuffer();
}

/** The files that could be had, by name. */
async function fetchFiles(spec: EngineSpec): Promise<Record<string, ArrayBuffer>> {
  const files = await Promise.all(
    spec.files.map(async (file): Promise<[string, ArrayBuffer][]> => {
      try {
        return [[file.name, await fetchBytes(file)]];
      } catch (error) {
        if (!file.optional) throw error;
        console.warn(`${spec.title} starts without ${file.name}:`, error);
        return [];
      }
    }),
  );
  return Object.fromEntries(files.flat());
}

/**
 * An opaque-origin frame with one engine. It holds no data of ours and can reach no address. Each language has a frame
 * of its own: its files are fetched only when they are needed, and what goes wrong in one leaves the other alone.
 */
export class SandboxFrame {
  readonly #title: string;
  readonly #element = document.createElement('iframe');
  readonly #port: MessagePort;
  readonly #listeners = new Map<number, (mishap: Mishap) => void>();
  #next = 0;
  #closed = false;

  private constructor(title: string, port: MessagePort) {
    this.#title = title;
    this.#port = port;
  }

  /**
   * Fetches the engine, opens the frame and compiles the engine in it.
   * @throws {@link SandboxUnavailableError} when a file is missing or the engine does not compile.
   */
  static async open(spec: EngineSpec): Promise<SandboxFrame> {
    const channel = new MessageChannel();
    const frame = new SandboxFrame(spec.title, channel.port1);
    try {
      // Each goes on as soon as its own files are there; what is posted early waits in the port.
      await Promise.all([frame.#load(channel.port2), frame.#compile(spec), frame.#supply(spec)]);
    } catch (error) {
      frame.close();
      throw error;
    }
    return frame;
  }

  async #load(far: MessagePort): Promise<void> {
    const script = await (await fetchAsset('frame.js')).text();
    if (this.#closed) return;
    const element = this.#element;
    element.setAttribute('sandbox', 'allow-scripts');
    element.title = 'Sandbox for generated programs';
    element.hidden = true;
    element.setAttribute('aria-hidden', 'true');
    const source = script.replaceAll('</script', '<\\/script');
    element.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${CSP}"><script>${source}</script>`;
    const loaded = new Promise<void>((resolve) =>
      element.addEventListener('load', () => resolve(), { once: true }),
    );
    document.body.append(element);
    await loaded;
    element.contentWindow?.postMessage({ type: 'connect' }, '*', [far]);
  }

  async #supply(spec: EngineSpec): Promise<void> {
    const files = await fetchFiles(spec);
    this.#send({ type: 'files', files }, Object.values(files));
  }

  async #compile(spec: EngineSpec): Promise<void> {
    const [script, wasm] = await Promise.all([
      fetchAsset(spec.script).then((response) => response.text()),
      fetchAsset(spec.wasm).then((response) => response.arrayBuffer()),
    ]);
    const ready = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new SandboxUnavailableError('The sandbox frame did not answer. Reload to try again.')),
        START_MS,
      );
      this.#port.addEventListener('message', (event: MessageEvent<unknown>) => {
        const parsed = v.safeParse(fromFrame, event.data);
        if (!parsed.success) return;
        const message = parsed.output;
        switch (message.type) {
          case 'ready':
            clearTimeout(timer);
            return resolve();
          case 'failed':
            clearTimeout(timer);
            return reject(
              new SandboxUnavailableError(
                `The ${this.#title} engine did not compile: ${message.message}. WebAssembly is needed.`,
              ),
            );
          case 'died':
            return this.#listeners.get(message.worker)?.({ kind: 'died', message: message.message });
          case 'noise':
            return this.#listeners.get(message.worker)?.({ kind: 'noise' });
        }
      });
      this.#port.start();
    });
    this.#send({ type: 'engine', script, wasm }, [wasm]);
    await ready;
  }

  spawn(onMishap: (mishap: Mishap) => void): FrameWorker {
    const id = this.#next++;
    const channel = new MessageChannel();
    this.#listeners.set(id, onMishap);
    this.#send({ type: 'spawn', worker: id }, [channel.port2]);
    return {
      port: channel.port1,
      terminate: () => {
        this.#listeners.delete(id);
        channel.port1.close();
        this.#send({ type: 'terminate', worker: id });
      },
    };
  }

  /** Ends every worker with the frame. */
  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    this.#port.close();
    this.#element.remove();
  }

  #send(message: ToFrame, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}
