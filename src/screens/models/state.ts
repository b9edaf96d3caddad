import * as Comlink from 'comlink';
import { configOf } from '../../app/lab-state.ts';
import { keptFor, usePage } from '../../app/page.ts';
import { presetConfig } from '../../app/stored-runs.ts';
import { domainOf } from '../../domains/index.ts';
import { createModels, type Models } from './state/model.ts';
import { saveFolder } from '../../app/save-folder.ts';
import { readSite } from './state/site.ts';
import { startHubWorker } from '../../workspace/workers.ts';
import { hubAddress } from './state/hub-address.ts';

/** The models of a page. They live as long, so going to another screen calls nothing off. */
const modelsOf = keptFor(({ controller, workspace, goTo }) =>
  createModels({
    store: () => workspace.store.get(),
    bundled: (choice) => workspace.bundled(choice),
    modelFiles: () => workspace.modelFiles.get(),
    site: () => readSite(workspace),
    hub: {
      base: () => hubAddress(location),
      download(model, from, report) {
        const worker = startHubWorker();
        const done = worker.api.download(model, from, Comlink.proxy(report)).finally(worker.stop);
        return { done, stop: () => void worker.api.stop().catch(() => {}) };
      },
    },
    controller,
    labConfig(domain) {
      const { settings, taskFiles, presets } = controller.state.peek();
      const config = configOf(settings, taskFiles?.kept);
      if (domain === null || domainOf(config).name === domain) return config;
      const usual = presets.map(({ name }) => presetConfig(name)).find((each) => each.domain === domain);
      return usual ?? { ...config, domain };
    },
    device() {
      const device = controller.state.peek().device;
      return device ? `${device.kind}, ${device.threads} threads` : '';
    },
    trains: controller.state.peek().source === 'live',
    later(work, ms) {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
    save: saveFolder,
    toLab: () => goTo('lab'),
  }),
);

export const useModels = (): Models => modelsOf(usePage());
