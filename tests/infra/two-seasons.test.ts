/** Two seasons at once, as every January: the old one ends while the new one begins, and targets are taken over. */
import { expect, test } from 'vitest';
import { playedWorld } from '../world.ts';

test('a second season is set up and launched while the first is before its Council; a third is not opened', async () => {
  const world = await playedWorld({ blocs: 1, members: 4, until: 'Thẩm định, họp Hội đồng' });
  await world.moveTo(new Date('2024-01-10T08:00:00+07:00'));
  const { sample, client } = world;
  const later = (text: string) => text.replaceAll('2024', '2025').replaceAll('2023', '2024');
  let sent = 0;
  const give = (as: string, path: string, body: object) => client.command(as, path, body, `second-${sent++}`);
  const calendar = JSON.parse(later(JSON.stringify(sample.calendar))) as object;
  for (const { as, path, body } of sample.setUp) {
    if (/register-units|assign-accounts/.test(path)) continue;
    const mine = path.endsWith('set-calendar')
      ? calendar
      : path.endsWith('open-season')
        ? { season: '2024', title: 'Thi đua năm 2024 tỉnh Cao Bằng' }
        : body;
    await give(as, path.replace('/2023/', '/2024/'), mine);
  }
  await world.settle();
  await expect(
    give('board-head', '/api/province/commands/open-season', { season: '2025', title: 'Năm 2025' }),
  ).rejects.toMatchObject({ code: 'too-many-open-seasons' });

  const [bloc] = sample.blocs;
  const unit = bloc?.members[2] ?? '';
  const old = await client.get<{ targets: Record<string, object[]> }>(
    `leader.${unit}`,
    `/api/seasons/2023/blocs/${bloc?.id}/pledge`,
  );
  await give(`officer.${unit}`, `/api/seasons/2024/blocs/${bloc?.id}/commands/copy-targets`, {
    unit,
    from: { season: '2023', bloc: bloc?.id },
  });
  const pledge = await client.get<{ targets: Record<string, object[]> }>(
    `leader.${unit}`,
    `/api/seasons/2024/blocs/${bloc?.id}/pledge`,
  );
  expect(pledge.targets[unit]).toEqual(old.targets[unit]);
  expect(pledge.targets[unit]?.length).toBe(3);

  // Each season has its machines, its home and its head.
  const { seasons } = await client.get<{ seasons: { season: string; state: string }[] }>(
    undefined,
    '/api/seasons',
  );
  expect(seasons.map(({ season, state }) => [season, state])).toEqual([
    ['2023', 'open'],
    ['2024', 'open'],
  ]);
  const heads = await Promise.all(
    ['2023', '2024'].map((season) => client.get<{ head: string }>(undefined, `/api/seasons/${season}/head`)),
  );
  expect(new Set(heads.map(({ head }) => head)).size).toBe(2);
  const home = await (await world.app.request('/')).text();
  expect(home.indexOf('năm 2024')).toBeLessThan(home.indexOf('năm 2023'));
  expect(world.errors).toEqual([]);
});
