import { text } from '../text/index.ts';
import { Icon } from './icons.tsx';
import './device-badge.css';

const words = text.device;

interface Props {
  /** `null` until one was chosen. */
  readonly device: {
    readonly kind: keyof typeof words.kind;
    /** A sentence: why this device and not the other. */
    readonly reason: string;
    readonly threads: number;
    readonly isolated: boolean;
  } | null;
}

/** The device in use; behind it, why, and how to force another. */
export function DeviceBadge({ device }: Props) {
  const label = device ? words.kind[device.kind] : words.unknown;
  const detail = device?.kind === 'wasm' ? words.threads(device.threads) : '';
  return (
    <div class="device">
      <button
        type="button"
        class="device-badge"
        popovertarget="device-why"
        title={device?.reason ?? words.unknownAbout}
      >
        <Icon name="chip" />
        <span>{label}</span>
        {detail !== '' && <small>{detail}</small>}
      </button>
      <div id="device-why" popover="auto" class="popover">
        <h2>{words.title}</h2>
        <p>{device?.reason ?? words.unknownAbout}</p>
        {device && <p class="hint">{device.isolated ? words.isolated : words.notIsolated}</p>}
        <p class="hint">
          {words.force} <a href="?device=webgpu">?device=webgpu</a>, <a href="?device=wasm">?device=wasm</a>.
        </p>
      </div>
    </div>
  );
}
