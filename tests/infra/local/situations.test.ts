/** Who plays what goes otherwise in the rehearsal, however the sample is cut. */
import { expect, test } from 'vitest';
import { mergedUnit, situationOf } from '../../../infra/local/rehearsal/situations.ts';
import { sampleSeason } from '../../../infra/local/seed/season.ts';

test('the unit that is merged is neither head nor deputy, and was not to end anyhow', () => {
  let merged = 0;
  for (let members = 3; members <= 30; members++) {
    const { blocs, units } = sampleSeason({ blocs: 17, members });
    for (const [index, bloc] of blocs.entries()) {
      if (situationOf(index, bloc, units)?.kind !== 'merged-unit') continue;
      const unit = mergedUnit(bloc, units);
      expect([bloc.head, bloc.deputy]).not.toContain(unit);
      expect(units.find(({ id }) => id === unit)).toMatchObject({ id: unit });
      expect(units.find(({ id }) => id === unit)?.validTo).toBeUndefined();
      merged++;
    }
  }
  expect(merged).toBeGreaterThan(20);
});
