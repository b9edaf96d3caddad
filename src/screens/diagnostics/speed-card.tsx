import { usePage } from '../../app/page.ts';
import type { DeviceKind } from '../../runtime/device.ts';
import { compact, duration } from '../../views/format.ts';
import { SPEED_CONFIG, useDiagnostics } from './state.ts';
import { devicesOf, isBusy } from './state/devices.ts';
import type { SpeedReport, Timing } from './state/speed.ts';
import { text } from './text.ts';

const words = text.speed;

function Measured({ timing: { ms, firstMs }, tokens }: { readonly timing: Timing; readonly tokens: number }) {
  return (
    <>
      <strong class="number">{duration(ms)}</strong>
      <br />
      <span class="hint">
        {words.rate(compact((1000 * tokens) / ms))}; {words.first(duration(firstMs))}
      </span>
    </>
  );
}

function Row({ report }: { readonly report: SpeedReport }) {
  const { device, threads, score, update, tokens } = report;
  return (
    <tr>
      <th scope="row">
        {text.device[device]}
        <br />
        <span class="hint">{text.inUse.threads(threads)}</span>
      </th>
      <td>
        <Measured timing={score} tokens={tokens} />
      </td>
      <td>
        <Measured timing={update} tokens={tokens} />
      </td>
    </tr>
  );
}

function Device({ device }: { readonly device: DeviceKind }) {
  const diagnostics = useDiagnostics();
  const state = diagnostics.state.value;
  const { stage = null, error = null, report = null } = state.speed[device] ?? {};
  const name = text.device[device];
  return (
    <div data-speed={device}>
      <div class="device-line">
        <strong>{name}</strong>
        <span role="status">{stage ? words.stage[stage] : report ? '' : words.none}</span>
        {stage ? (
          <button type="button" onClick={() => diagnostics.stop(device)}>
            {text.stop}
          </button>
        ) : (
          <button
            type="button"
            aria-label={words.startOn(name)}
            disabled={isBusy(state, device)}
            onClick={() => void diagnostics.measure(device)}
          >
            {words.start}
          </button>
        )}
      </div>
      {stage && <progress aria-label={words.startOn(name)} />}
      {error && <p class="field-error">{error}</p>}
    </div>
  );
}

/** How long one step's arithmetic takes on each device. */
export function SpeedCard() {
  const { slice } = usePage();
  const state = useDiagnostics().state.value;
  const devices = devicesOf(state);
  const reports = devices.flatMap((device) => state.speed[device]?.report ?? []);
  const { promptsPerStep, groupSize, maxPromptTokens, maxCompletionTokens } = SPEED_CONFIG;
  return (
    <section class="card" aria-labelledby="diagnostics-speed">
      <h2 id="diagnostics-speed">{words.heading}</h2>
      <p class="about">{words.about(promptsPerStep * groupSize, maxPromptTokens, maxCompletionTokens)}</p>
      {slice('status') === 'running' && <p class="hint">{words.busy}</p>}
      {devices.map((device) => (
        <Device key={device} device={device} />
      ))}
      {reports.length > 0 && (
        <table aria-labelledby="diagnostics-speed">
          <thead>
            <tr>
              <th scope="col">{words.device}</th>
              <th scope="col">{words.score}</th>
              <th scope="col">{words.update}</th>
            </tr>
          </thead>
          <tbody>
            {reports.map((report) => (
              <Row key={report.device} report={report} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
