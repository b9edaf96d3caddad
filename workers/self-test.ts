/** Shell of the self-test: every operator on a device, apart from everything that trains. */
import * as Comlink from 'comlink';
import { createRuntimeFor } from '../src/host/open-host.ts';
import type { DeviceKind } from '../src/runtime/device.ts';
import { type OperatorReport, selfTest } from '../src/runtime/self-test.ts';

const api = {
  async run(
    device: DeviceKind,
    report: (operator: OperatorReport, total: number) => void,
  ): Promise<OperatorReport[]> {
    return selfTest(await createRuntimeFor(device), report);
  },
};

export type SelfTestApi = typeof api;

Comlink.expose(api);
