import { createServer, type AddressInfo, type Server } from 'node:net';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import type { Submission, Verdict } from '../../src/sandbox/types.ts';
import { openTestPage, type TestPage } from './page.ts';

/** A real browser page with one sandbox, which stays between calls as it does in the app. */
export interface SandboxPage extends TestPage {
  grade(submissions: readonly Submission[]): Promise<Verdict[]>;
  /** What an expression of `input` comes to in the page; what JSON cannot carry as it is, goes as its text. */
  inPage<T>(expression: string, input: unknown): Promise<T>;
}

/** Opens a page with `globalThis.sandbox`, its Python and its JavaScript not yet started. */
export async function openSandboxPage(options: SandboxOptions = { workers: 1 }): Promise<SandboxPage> {
  const test = await openTestPage({ compiler: 'usual' });
  await test.page.evaluate(`(async () => {
    const { createSandbox } = await import('/src/sandbox/index.ts');
    globalThis.sandbox = createSandbox(${JSON.stringify(options)});
  })()`);
  const inPage = async <T>(expression: string, input: unknown): Promise<T> => {
    // Lone surrogates survive JSON only where they are escaped, which JSON.stringify does.
    const text = JSON.stringify(JSON.stringify(input));
    const code = `(async (input) => JSON.stringify(await ${expression}))(JSON.parse(${text}))`;
    return JSON.parse((await test.page.evaluate(code)) as string) as T;
  };
  return { ...test, inPage, grade: (submissions) => inPage('sandbox.grade(input)', submissions) };
}

/** A server that answers nothing and remembers who knocked: any connection at all is one too many. */
export interface Listener {
  readonly port: number;
  /** The first bytes of every connection, oldest first; empty text when it sent none. */
  readonly heard: readonly string[];
  close(): void;
}

export async function listen(): Promise<Listener> {
  const heard: string[] = [];
  const server: Server = createServer((socket) => {
    const index = heard.push('') - 1;
    socket.on('error', () => {});
    socket.on('data', (data) => {
      heard[index] = data.toString('latin1').slice(0, 200);
      socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, heard, close: () => void server.close() };
}
