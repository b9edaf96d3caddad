/** wllama as the peer: llama.cpp in WASM, over the GGUF file as it is. */
import { devDependencies } from '../../package.json';
import { PEERS } from './peers.ts';
import type { Engine, OpenRequest, Prompt } from './types.ts';

/** What of wllama is used, in its own words. */
interface Wllama {
  loadModel(files: readonly Blob[], settings: Readonly<Record<string, number | boolean>>): Promise<void>;
  createCompletion(options: Readonly<Record<string, unknown>>): Promise<Response>;
  getNumThreads(): number;
  isMultithread(): boolean;
  exit(): Promise<void>;
}

interface Response {
  readonly choices: readonly { readonly text: string }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

interface Library {
  readonly Wllama: {
    new (paths: { readonly default: string }, config: { readonly suppressNativeLog: boolean }): Wllama;
    getLibllamaVersion(): string;
  };
}

/** How several prompts are decoded. */
const WAYS = ['in one batch', 'one after the other'] as const;
type Way = (typeof WAYS)[number];

/** Tokens of a sequence, with a few to spare. */
const CONTEXT = 160;

/** What it writes after a text: it takes no ids. */
async function complete(wllama: Wllama, { ids, text }: Prompt, newTokens: number): Promise<string> {
  const { choices, usage } = await wllama.createCompletion({
    prompt: text,
    max_tokens: newTokens,
    temperature: 0,
    ignore_eos: true,
    cache_prompt: false,
  });
  if (usage.prompt_tokens !== ids.length || usage.completion_tokens !== newTokens)
    throw new Error(
      `wllama read ${usage.prompt_tokens} tokens and wrote ${usage.completion_tokens}, not ${ids.length} and ${newTokens}.`,
    );
  return choices[0]!.text;
}

export async function openWllama({ files, threads }: OpenRequest): Promise<Engine> {
  const address = new URL(`${PEERS}wllama/index.js`, location.origin).href;
  const library = (await import(/* @vite-ignore */ address)) as Library;
  const file = await (await fetch(files.gguf)).blob();
  const load = async (sequences: number): Promise<Wllama> => {
    const wllama = new library.Wllama(
      { default: `${PEERS}wllama/wasm/wllama.wasm` },
      { suppressNativeLog: true },
    );
    await wllama.loadModel([file], {
      n_threads: threads,
      n_gpu_layers: 0,
      n_parallel: sequences,
      n_ctx: sequences * CONTEXT,
      kv_unified: false,
    });
    return wllama;
  };
  const single = await load(1);
  /** With room for so many sequences at a time. */
  const wider = new Map<number, Wllama>();
  const chosen = new Map<number, Way>();

  const inTurn = async (prompts: readonly Prompt[], newTokens: number): Promise<string[]> => {
    const texts: string[] = [];
    for (const prompt of prompts) texts.push(await complete(single, prompt, newTokens));
    return texts;
  };
  const inWay = (way: Way, prompts: readonly Prompt[], newTokens: number): Promise<string[]> => {
    const wide = wider.get(prompts.length)!;
    return way === 'in one batch'
      ? Promise.all(prompts.map((prompt) => complete(wide, prompt, newTokens)))
      : inTurn(prompts, newTokens);
  };
  /** Tries both. */
  const faster = async (prompts: readonly Prompt[], newTokens: number): Promise<Way> => {
    wider.set(prompts.length, await load(prompts.length));
    const times = new Map<Way, number>();
    for (const way of WAYS) {
      const began = performance.now();
      await inWay(way, prompts, newTokens);
      times.set(way, performance.now() - began);
    }
    return WAYS.toSorted((a, b) => times.get(a)! - times.get(b)!)[0]!;
  };

  return {
    about: `${devDependencies['@wllama/wllama']}, llama.cpp ${library.Wllama.getLibllamaVersion()}, the GGUF file, ${single.isMultithread() ? single.getNumThreads() : 1} threads`,
    warmUps: 1,
    async generate({ prompts, newTokens }) {
      if (prompts.length === 1) return { completions: await inTurn(prompts, newTokens) };
      const how = chosen.get(prompts.length) ?? (await faster(prompts, newTokens));
      chosen.set(prompts.length, how);
      return { completions: await inWay(how, prompts, newTokens), how };
    },
    async dispose() {
      for (const each of [single, ...wider.values()]) await each.exit();
    },
  };
}
