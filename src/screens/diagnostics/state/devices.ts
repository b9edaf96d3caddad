import type { DeviceKind } from '../../../runtime/device.ts';
import type { DiagnosticsState } from './model.ts';

/** What can be tried here. */
export const devicesOf = ({ adapter }: Pick<DiagnosticsState, 'adapter'>): readonly DeviceKind[] =>
  adapter === null ? ['wasm'] : ['wasm', 'webgpu'];

/** Whether something is being tried on a device. */
export const isBusy = ({ selfTest, speed }: DiagnosticsState, device: DeviceKind): boolean =>
  selfTest[device]?.running === true || (speed[device]?.stage ?? null) !== null;
