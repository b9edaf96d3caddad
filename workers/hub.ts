/** Downloads one model of the hub into the browser's files, which can be written in place in a worker alone. */
import * as Comlink from 'comlink';
import type { DownloadProgress } from '../src/model/sources/hub-download.ts';
import type { HubModel } from '../src/model/sources/hub.ts';
import { openModelFiles } from '../src/store/model-files.ts';
import { keepHubModel } from '../src/workspace/hub-models.ts';

const REPORT_MS = 100;

const stopping = new AbortController();

const api = {
  /** @param token for this download alone */
  async download(
    model: HubModel,
    from: { readonly base: string; readonly token: string | null },
    report: (progress: DownloadProgress) => void,
  ): Promise<void> {
    let latest: DownloadProgress | null = null;
    const tell = (): void => {
      if (latest) report(latest);
      latest = null;
    };
    await keepHubModel(await openModelFiles(), model, {
      ...from,
      signal: stopping.signal,
      onProgress(progress) {
        if (latest === null) setTimeout(tell, REPORT_MS);
        latest = progress;
      },
    });
  },
  /** Ends the download; what has come is kept. */
  stop: (): void => stopping.abort(),
};

export type HubApi = typeof api;

Comlink.expose(api);
