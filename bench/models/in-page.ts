/** The engines that are open in the page. */
import { type Ours, openOurs } from './ours.ts';
import type { Engine, EngineName, ModelsAutomation, OpenRequest } from './types.ts';
import { openTransformers } from './transformers.ts';
import { openWllama } from './wllama.ts';

const engines = new Map<EngineName, Engine>();
let ours: Ours | null = null;

const OPEN: Readonly<Record<EngineName, (request: OpenRequest) => Promise<Engine>>> = {
  ours: async (request) => (ours = await openOurs(request)),
  'transformers.js': openTransformers,
  wllama: openWllama,
};

function engineOf(name: EngineName): Engine {
  const engine = engines.get(name);
  if (!engine) throw new Error(`${name} is not open.`);
  return engine;
}

function trainer(): Ours {
  if (!ours) throw new Error('Our engine is not open.');
  return ours;
}

export const modelsAutomation: ModelsAutomation = {
  async openEngine(request) {
    const engine = await OPEN[request.engine](request);
    engines.set(request.engine, engine);
    return { about: engine.about, warmUps: engine.warmUps };
  },
  async generateWith({ engine, ...request }) {
    const began = performance.now();
    const generated = await engineOf(engine).generate(request);
    return { ...generated, ms: performance.now() - began };
  },
  async closeEngine({ engine }) {
    await engineOf(engine).dispose();
    engines.delete(engine);
    if (engine === 'ours') ours = null;
  },
  openTraining: (request) => trainer().openTraining(request),
  trainStep: () => trainer().trainStep(),
};
