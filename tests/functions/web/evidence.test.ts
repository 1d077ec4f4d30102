/** Evidence: a file used twice is flagged and taken, what counted before stays readable, the deadline freezes it. */
import { expect, test } from 'vitest';
import { actualsOf, selfLinesOf } from '../../../infra/local/rehearsal/cast.ts';
import { playedWorld } from '../../world.ts';

test('the same file under two criteria or of two units is flagged, not blocked; versions stay, the deadline is exact', async () => {
  const world = await playedWorld({ blocs: 2, members: 4, until: 'Tự chấm điểm' });
  await world.moveTo(new Date('2023-11-20T09:00:00+07:00'));
  const { client, sample } = world;
  const [first, second] = sample.blocs;
  if (!first || !second) throw new Error('two blocs are needed');
  const rubricOf = (id: string) => sample.rubrics.find((rubric) => rubric.id === id);

  let sent = 0;
  const store = async (text: string) => {
    const token = await world.identity.issueToken(`officer.${first.head}`);
    const response = await world.app.request('/api/files', {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/pdf',
        'Idempotency-Key': `file-${sent++}`,
      },
      body: text,
    });
    return { ...((await response.json()) as { sha256: string; size: number; type: string }), name: 'bc.pdf' };
  };
  type File = Awaited<ReturnType<typeof store>>;
  /** Hands in a self-score with a file on some of its lines, by their place. */
  const handIn = async (bloc: typeof first, unit: string, files: Record<number, File>) => {
    const rubric = rubricOf(bloc.rubric);
    if (!rubric) throw new Error('the bloc has no rubric');
    const lines = selfLinesOf('7', rubric, unit).map((line, i) => ({
      ...line,
      evidence: files[i]
        ? [{ title: 'Báo cáo', number: '12/BC', date: '2023-11-10', file: files[i] }]
        : line.evidence,
    }));
    const path = `/api/seasons/2023/blocs/${bloc.id}/commands/submit-self-score`;
    const actuals = actualsOf('7', unit, 1);
    await client.command(`leader.${unit}`, path, { unit, actuals, lines }, `self-${sent++}`);
    await world.settle();
    return lines.map(({ criterion }) => criterion);
  };
  type Flag = { sha256: string; places: { bloc: string; unit: string; criterion: string }[] };
  const flags = async () =>
    (
      await client.get<{ flags: Flag[] }>(
        `leader.${first.head}`,
        `/api/seasons/2023/blocs/${first.id}/evidence-flags`,
      )
    ).flags;
  const [own, shared] = [await store('%PDF-1.7 một'), await store('%PDF-1.7 hai')];
  const unit = first.members[2] ?? '';
  const stranger = second.members[3] ?? '';

  const criteria = await handIn(first, unit, { 0: own });
  expect(await flags()).toEqual([]);

  await handIn(first, unit, { 0: own, 1: own, 2: shared });
  expect(await flags()).toEqual([
    {
      sha256: own.sha256,
      places: criteria.slice(0, 2).map((criterion) => ({ season: '2023', bloc: first.id, unit, criterion })),
    },
  ]);

  const [elsewhere] = await handIn(second, stranger, { 0: shared });
  const both = (await flags()).find(({ sha256 }) => sha256 === shared.sha256);
  expect(both?.places).toEqual(
    expect.arrayContaining([
      { season: '2023', bloc: first.id, unit, criterion: criteria[2] },
      { season: '2023', bloc: second.id, unit: stranger, criterion: elsewhere },
    ]),
  );

  // What is left out of the version that counts is no use of the file any more; the version before is still read.
  await handIn(first, unit, { 0: own });
  expect(await flags()).toEqual([]);
  const { versions } = await client.get<{
    versions: { lines: { criterion: string; evidence: { file?: File }[] }[] }[];
  }>(`leader.${unit}`, `/api/seasons/2023/blocs/${first.id}/self-scores/${unit}/versions`);
  const named = versions.map(({ lines }) =>
    lines.flatMap(({ evidence }) => evidence.flatMap(({ file }) => (file ? [file.sha256] : []))),
  );
  expect(named).toEqual([[own.sha256], [own.sha256, own.sha256, shared.sha256], [own.sha256]]);

  const { selfScore } = sample.calendar;
  await world.moveTo(new Date(selfScore.closesAt));
  await handIn(first, unit, { 0: shared });
  await world.moveTo(new Date(Date.parse(selfScore.closesAt) + 1000));
  await expect(handIn(first, unit, { 0: own })).rejects.toMatchObject({ code: 'after-deadline' });
  expect(world.errors).toEqual([]);
});
