import { grouped } from '../../views/format.ts';
import { useDiagnostics } from './state.ts';
import { LIMITS } from './state/adapter.ts';
import { FEATURES } from './state/features.ts';
import { text } from './text.ts';

const words = text.features;

function Features() {
  const { features, browser } = useDiagnostics().state.value;
  return (
    <section class="card" aria-labelledby="diagnostics-browser">
      <h2 id="diagnostics-browser">{words.heading}</h2>
      <p>{browser}</p>
      <table aria-labelledby="diagnostics-browser">
        <thead>
          <tr>
            <th scope="col">{words.name}</th>
            <th scope="col">{words.there}</th>
            <th scope="col">{words.about}</th>
          </tr>
        </thead>
        <tbody>
          {FEATURES.map((name) => (
            <tr key={name} data-feature={name}>
              <th scope="row">{text.feature[name].name}</th>
              <td>{features === null ? '…' : features[name] ? text.yes : <strong>{text.no}</strong>}</td>
              <td>{text.feature[name].about}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Adapter() {
  const { adapter } = useDiagnostics().state.value;
  const said = text.adapter;
  return (
    <section class="card" aria-labelledby="diagnostics-adapter">
      <h2 id="diagnostics-adapter">{said.heading}</h2>
      {adapter === null ? (
        <p>{said.none}</p>
      ) : (
        <>
          <p>
            <strong>{adapter.description}</strong>
          </p>
          {adapter.software && <p class="hint">{said.software}</p>}
          <table aria-labelledby="diagnostics-adapter">
            <thead>
              <tr>
                <th scope="col">{said.limit}</th>
                <th scope="col">{said.value}</th>
              </tr>
            </thead>
            <tbody>
              {LIMITS.map((name) => (
                <tr key={name}>
                  <th scope="row">
                    <code>{name}</code>
                  </th>
                  <td class="number">{grouped(adapter.limits[name])}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p>
            {said.features}: <code>{adapter.features.join(', ')}</code>
          </p>
        </>
      )}
    </section>
  );
}

/** What the browser has of what the page needs, and what its GPU adapter can do. */
export function BrowserCard() {
  return (
    <>
      <Features />
      <Adapter />
    </>
  );
}
