import { usePage } from '../../app/page.ts';
import { formatBytes } from '../../store/index.ts';
import { useDiagnostics } from './state.ts';
import { text } from './text.ts';

const bytes = (value: number | null): string => (value === null ? text.unknown : formatBytes(value));

function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: string])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The device in use and why, memory, and storage. */
export function MachineCards() {
  const { slice } = usePage();
  const { memory, usage } = useDiagnostics().state.value;
  const device = slice('device');
  return (
    <>
      <section class="card" aria-labelledby="diagnostics-device">
        <h2 id="diagnostics-device">{text.inUse.heading}</h2>
        {device ? (
          <>
            <p>
              <strong>{text.device[device.kind]}</strong>, {text.inUse.threads(device.threads)}
            </p>
            <p>{device.reason}</p>
          </>
        ) : (
          <p>{text.inUse.none}</p>
        )}
        <p class="hint">{text.inUse.choose}</p>
      </section>
      <section class="card" aria-labelledby="diagnostics-memory">
        <h2 id="diagnostics-memory">{text.memory.heading}</h2>
        {memory && (
          <Facts
            facts={[
              [
                text.memory.page,
                memory.usedBytes === null
                  ? text.unknown
                  : text.memory.of(bytes(memory.usedBytes), bytes(memory.limitBytes)),
              ],
              [
                text.memory.machine,
                memory.machineGb === null ? text.unknown : text.memory.gigabytes(memory.machineGb),
              ],
              [text.memory.cores, String(memory.cores ?? text.unknown)],
            ]}
          />
        )}
        <p class="hint">{text.memory.engines}</p>
      </section>
      <section class="card" aria-labelledby="diagnostics-storage">
        <h2 id="diagnostics-storage">{text.storage.heading}</h2>
        {usage ? (
          <Facts
            facts={[
              [text.storage.used, text.storage.free(bytes(usage.usedBytes), bytes(usage.quotaBytes))],
              [text.storage.persisted, usage.persisted ? text.yes : text.no],
              [text.storage.checkpoints, String(usage.checkpoints.length)],
            ]}
          />
        ) : (
          <p>{text.unknown}</p>
        )}
      </section>
    </>
  );
}
