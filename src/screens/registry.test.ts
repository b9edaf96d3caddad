import { describe, expect, it } from 'vitest';
import { APPEARANCE_KEYS } from '../app/appearance.ts';
import { everywhere } from '../app/commands.ts';
import { landing, moved, placeOn, startOf, writePlace } from '../app/place.ts';
import { SETTING_KEYS } from '../app/url.ts';
import { SCREENS } from './registry.ts';

const doubled = (list: readonly string[]): string[] => list.filter((each, i) => list.indexOf(each) < i);

describe('the screens', () => {
  it('have names of their own', () => {
    expect(doubled(SCREENS.flatMap(({ id, formerly = [] }) => [id, ...formerly]))).toEqual([]);
    expect(doubled(SCREENS.map(({ title }) => title))).toEqual([]);
  });

  it('open on the lesson first, and then on the one that was open last, if it is still there', () => {
    expect(landing(SCREENS, null).screen).toBe('lesson');
    expect(landing(SCREENS, 'gone').screen).toBe('lesson');
    for (const { id } of SCREENS) expect(landing(SCREENS, id)).toMatchObject({ screen: id, at: {} });
  });

  it.each(SCREENS)(
    '$id: comes when it is asked for; no command or key stands for two things',
    async (screen) => {
      const { View, commands = [] } = await screen.load();
      expect(View).toBeTypeOf('function');
      const all = [...commands, ...everywhere(SCREENS)];
      expect(doubled(all.map(({ id }) => id))).toEqual([]);
      expect(doubled(all.flatMap(({ keys }) => keys))).toEqual([]);
    },
  );

  it.each(SCREENS)('$id: its place does not take the name of a setting', ({ place = {} }) => {
    const taken = new Set<string>(['v', 'screen', ...APPEARANCE_KEYS, ...Object.values(SETTING_KEYS)]);
    expect(Object.keys(place).filter((key) => taken.has(key))).toEqual([]);
  });

  it.each(SCREENS)('$id: at its start, nothing of its place stands in the address', ({ id, place = {} }) => {
    const query = new URLSearchParams();
    const start = moved(startOf(SCREENS), id);
    writePlace(query, start, SCREENS);
    expect([...query.keys()].filter((key) => key !== 'screen')).toEqual([]);
    expect(Object.keys(placeOn(start, id, place))).toEqual(Object.keys(place));
  });
});
