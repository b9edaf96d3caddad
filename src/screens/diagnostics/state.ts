import * as Comlink from 'comlink';
import { FIRST_SETTINGS } from '../../app/lab-state.ts';
import { keptFor, usePage } from '../../app/page.ts';
import { presetConfig } from '../../app/stored-runs.ts';
import { startPolicyWorker, startSelfTestWorker } from '../../workspace/workers.ts';
import { reportAdapter } from './state/adapter.ts';
import { browserOf, featuresOf } from './state/features.ts';
import { memoryOf } from './state/memory.ts';
import { createDiagnostics, type Diagnostics } from './state/model.ts';

/** What speed is measured with: the shapes of the default preset. */
export const SPEED_CONFIG = presetConfig(FIRST_SETTINGS.preset);

const diagnosticsOf = keptFor(({ workspace }) =>
  createDiagnostics({
    browser: browserOf(navigator.userAgent),
    features: () => featuresOf(globalThis),
    adapter: reportAdapter,
    memory: () => memoryOf(globalThis),
    usage: async () => (await workspace.store.get()).usage(),
    startSelfTest: startSelfTestWorker,
    startPolicy: startPolicyWorker,
    proxy: Comlink.proxy,
    subject: async () => {
      const { policy } = await workspace.bundled(SPEED_CONFIG);
      return { model: policy, config: SPEED_CONFIG };
    },
  }),
);

export const useDiagnostics = (): Diagnostics => diagnosticsOf(usePage());
