import type { ArmSettings } from '../../experiment/runs.ts';
import { splitSettings } from '../../experiment/settings.ts';
import { Maths } from '../../views/maths.tsx';
import { text } from './text.ts';
import { WideTable } from '../../views/wide-table.tsx';

const words = text.settings;

/** The settings in which arms differ, and only those. */
export function SettingsCard({ arms }: { readonly arms: readonly ArmSettings[] }) {
  const known = arms.flatMap(({ label, settings }) => (settings === null ? [] : [{ label, settings }]));
  const { own, shared } = splitSettings(known.map(({ settings }) => settings));
  return (
    <section class="card experiment-card" aria-label={words.heading}>
      <h2>{words.heading}</h2>
      {known.length === 0 && <p class="hint">{words.unknown}</p>}
      {known.length > 0 && own.length === 0 && <p class="hint">{words.none}</p>}
      {own.length > 0 && (
        <>
          <WideTable label={words.table}>
            <thead>
              <tr>
                <th scope="col">{words.setting}</th>
                {known.map(({ label }, i) => (
                  <th key={i} scope="col">
                    <Maths text={label} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {own.map((name) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {known.map(({ settings }, i) => (
                    <td key={i} class="number">
                      {settings[name] ?? '–'}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </WideTable>
          <p class="hint">{words.shared(shared.length)}</p>
        </>
      )}
    </section>
  );
}
