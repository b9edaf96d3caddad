import type { DeviceKind } from '../../runtime/device.ts';
import { useDiagnostics } from './state.ts';
import { devicesOf, isBusy } from './state/devices.ts';
import type { SelfTestState } from './state/model.ts';
import { errorOf, testSummary } from './state/report.ts';
import { text } from './text.ts';

const words = text.selfTest;

function Failures({ failed }: Pick<SelfTestState, 'failed'>) {
  return (
    <>
      <table aria-label={words.heading}>
        <thead>
          <tr>
            <th scope="col">{words.operator}</th>
            <th scope="col">{words.error}</th>
            <th scope="col">{words.why}</th>
          </tr>
        </thead>
        <tbody>
          {failed.map(({ name, error, failure }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{errorOf(error)}</td>
              <td>{failure ?? words.wrong}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="field-error">{words.todo}</p>
    </>
  );
}

function Device({ device }: { readonly device: DeviceKind }) {
  const diagnostics = useDiagnostics();
  const state = diagnostics.state.value;
  const test = state.selfTest[device];
  const name = text.device[device];
  return (
    <div data-self-test={device}>
      <div class="device-line">
        <strong>{name}</strong>
        <span role="status">{test && !test.running ? testSummary(test) : ''}</span>
        {test?.running ? (
          <button type="button" onClick={() => diagnostics.stop(device)}>
            {text.stop}
          </button>
        ) : (
          <button
            type="button"
            aria-label={words.startOn(name)}
            disabled={isBusy(state, device)}
            onClick={() => void diagnostics.test(device)}
          >
            {words.start}
          </button>
        )}
      </div>
      {test?.running && (
        <>
          <progress
            aria-label={words.startOn(name)}
            max={test.total ?? undefined}
            value={test.total === null ? undefined : test.done}
          />
          <p class="hint">{testSummary(test)}</p>
        </>
      )}
      {test?.error && <p class="field-error">{test.error}</p>}
      {test && test.failed.length > 0 && <Failures failed={test.failed} />}
    </div>
  );
}

/** Every operator on each device. */
export function SelfTestCard() {
  const devices = devicesOf(useDiagnostics().state.value);
  return (
    <section class="card" aria-labelledby="diagnostics-self-test">
      <h2 id="diagnostics-self-test">{words.heading}</h2>
      <p class="about">{words.about}</p>
      {devices.map((device) => (
        <Device key={device} device={device} />
      ))}
    </section>
  );
}
