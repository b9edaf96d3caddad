/** How it was made: settings, models, machines, commands, and what is missing. */
import { counted } from '../../counted.ts';
import { groupBy } from '../../statistics/samples.ts';
import { type Analysis, type Design, secondsOf } from '../analysis.ts';
import type { Experiment } from '../file.ts';
import { type Cell, evaluatedWith } from '../plan.ts';
import type { CellResult } from '../results.ts';
import { type Settings, shownSetting, splitSettings } from '../settings.ts';
import { details, html, type Markup, type Part, table } from './html.ts';
import { duration, listed } from './numbers.ts';

/** Of an arm that is not trained, only what its evaluation depends on. */
function settingsOf({ config, policy, reward, pool, frozen }: Cell): Settings {
  const { seed: _, preset: __, ...training } = config;
  const all = frozen
    ? { trained: 'no', policy, ...evaluatedWith(config) }
    : { trained: 'yes', policy, 'reward model': reward, pool: pool ?? 'all tasks', ...training };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, shownSetting(value)]));
}

/** The settings of the arms of an experiment. */
export function settingsTable(experiment: Experiment, cells: readonly Cell[], preset: string): Markup {
  const arms = experiment.arms.flatMap(({ name, label }) => {
    const cell = cells.find((each) => each.arm === name && each.preset === preset);
    return cell === undefined ? [] : [{ label, settings: settingsOf(cell) }];
  });
  return differingTable(arms);
}

/** The settings that arms do not share, and in a fold those that they do. */
export function differingTable(
  arms: readonly { readonly label: string; readonly settings: Settings }[],
): Markup {
  const { own, shared } = splitSettings(arms.map(({ settings }) => settings));
  const rows = arms.map(({ label, settings }): Part[] => [
    label,
    ...own.map((name) => html`<code>${settings[name] ?? '–'}</code>`),
  ]);
  const common = shared.map((name): Part[] => {
    const owner = arms.find(({ settings }) => settings[name] !== undefined);
    return [name, html`<code>${owner?.settings[name] ?? '–'}</code>`];
  });
  return html`${
    own.length === 0
      ? html`<p>All arms have the same settings.</p>`
      : table('Settings that differ', ['arm', ...own], rows)
  }${details(`The ${counted(shared.length, 'setting')} that all arms share`, table('Shared settings', ['setting', 'value'], common))}`;
}

/** Every model once, with who used it. */
export function modelTable({ arms, presets }: Experiment, results: readonly CellResult[]): Markup {
  const used = results.flatMap(({ models, arm, seed, preset }) => [
    { kind: 'start of the policy', ...models.policy, arm, seed, preset },
    { kind: 'reward model', ...models.reward, arm, seed, preset },
  ]);
  const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];
  const rows = groupBy(used, ({ kind, name, hash }) => `${kind} ${name} ${hash}`).map((own): Part[] => {
    const { kind, name, hash } = own[0]!;
    const by = distinct(own.map(({ arm }) => arm));
    const labels = by.map((each) => arms.find((arm) => arm.name === each)?.label ?? each);
    const where = distinct(own.map(({ preset }) => preset));
    return [
      name,
      kind,
      html`<code class="hash">${hash}</code>`,
      `${by.length === arms.length ? 'all arms' : labels.join('; ')}${presets.length > 1 ? ` (${where.join(', ')})` : ''}`,
      distinct(own.map(({ seed }) => seed)).join(', '),
    ];
  });
  return details(
    `Models, ${rows.length} in all`,
    table('Models', ['name', 'kind', 'SHA-256 of the weights', 'arms', 'seeds'], rows),
  );
}

export function machineTable(
  { arms }: Experiment,
  results: readonly CellResult[],
  versions: Readonly<Record<string, string>>,
): Markup {
  const { total, mean } = secondsOf(results);
  const devices = groupBy(results, ({ device }) => `${device.kind} (${device.reason})`);
  const own = [...new Set(results.map(({ version }) => version))].sort();
  const others = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const places = devices.map(
    (own) => `${own[0]!.device.kind} (${own[0]!.device.reason}): ${counted(own.length, 'cell')}`,
  );
  const rows = arms.flatMap(({ name, label }): Part[][] => {
    const own = results.filter(({ arm }) => arm === name);
    if (own.length === 0) return [];
    const seconds = own.map((cell) => cell.seconds);
    const pools = [...new Set(own.map(({ pool, frozen }) => (frozen ? 0 : pool)))].sort((a, b) => a - b);
    const range = pools.length > 1 ? `${pools[0]} to ${pools.at(-1)}` : String(pools[0]);
    return [
      [
        label,
        range,
        duration(secondsOf(own).mean),
        `${duration(Math.min(...seconds))} to ${duration(Math.max(...seconds))}`,
      ],
    ];
  });
  return html`<p>
      ${duration(total)} in all, ${duration(mean)} a cell on average, training and evaluation together.
      ${places.join('; ')}. Version ${listed(own)} of
      Posterior${others.length === 0 ? '' : ` with ${listed(others)}`}.
    </p>
    ${details(
      'Time of each arm',
      table('Time of each arm', ['arm', 'tasks trained on', 'mean time', 'shortest to longest'], rows),
    )}`;
}

export const commandList = (commands: readonly string[]): Markup =>
  html`<pre tabindex="0">${commands.join('\n')}</pre>`;

/** Short, at the top: a reader must not take a part for the whole. @param why what it comes from, as a sentence */
export function missingNotice({ cells, missing }: Analysis, why: string): Markup | null {
  if (missing.length === 0) return null;
  return html`<p class="warning">
    <strong>${why}</strong> ${counted(missing.length, 'cell')} of ${cells}
    ${missing.length === 1 ? 'is' : 'are'} missing, <a href="#missing">listed at the end</a>. A contrast
    counts only the seeds that have all of its arms.
  </p>`;
}

export function missingList({ missing }: Analysis, { arms, presets }: Design): Markup | null {
  if (missing.length === 0) return null;
  const rows = groupBy(missing, ({ arm, preset }) => `${preset} ${arm}`).map((own) => {
    const { arm, preset } = own[0]!;
    const label = arms.find(({ name }) => name === arm)?.label ?? arm;
    const seeds = `seed${own.length === 1 ? '' : 's'} ${listed(own.map(({ seed }) => seed))}`;
    return html`<li>${label}${presets.length > 1 ? ` (${preset})` : ''}: ${seeds}</li>`;
  });
  return html`<h2 id="missing">Missing cells</h2>
    <ul>
      ${rows}
    </ul>`;
}
