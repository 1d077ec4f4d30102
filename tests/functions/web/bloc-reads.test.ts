/** What a bloc's last weeks leave to read: an objection upheld, meetings, the vote, the dossier, the next head. */
import { expect, test } from 'vitest';
import { playOn, testWorld } from '../../world.ts';

/** A season whose province lets the meeting vote openly on the flag. */
async function votingWorld() {
  const world = await testWorld({ blocs: 2, members: 4 });
  const setUp = world.sample.setUp.map((step) => {
    if (!step.path.endsWith('set-rules')) return step;
    const body = step.body as { province: Record<string, object> };
    const vote = { value: 'open', source: 'Quy chế mẫu', verified: false };
    return { ...step, body: { ...body, province: { ...body.province, 'meeting.vote': vote } } };
  });
  const voting = { ...world, sample: { ...world.sample, setUp } };
  await playOn(voting, 'Họp bình xét, đề nghị khen thưởng');
  return voting;
}

test('from an objection upheld to the hand-over, every step can be read by the members', async () => {
  const world = await votingWorld();
  const bloc = world.sample.blocs[1];
  if (!bloc) throw new Error('two blocs are needed');
  const path = `/api/seasons/2023/blocs/${bloc.id}`;
  const [, , third = '', last = ''] = bloc.members;
  const head = `leader.${bloc.head}`;
  let sent = 0;
  const give = (as: string, command: string, body: object) =>
    world.client.command(as, `${path}/commands/${command}`, body, `step-${sent++}`);
  const read = <T>(what: string) => world.client.get<T>(`officer.${last}`, `${path}/${what}`);
  type Line = { unit: string; shown: string; rank: number; decidedBy: string };
  const standing = ({ shown, rank, decidedBy }: Line) => ({ shown, rank, decidedBy });

  const before = await read<{ lines: Line[] }>('result');
  await give(`leader.${third}`, 'file-objection', {
    unit: third,
    criterion: 'II.1',
    ground: { text: 'Chưa tính kết quả quý IV.' },
  });
  await give(head, 'answer-objection', { number: 1, outcome: 'upheld', reason: 'Có minh chứng.', to: 0 });
  const after = await read<{ lines: Line[]; revision: number }>('result');
  const { objections } = await read<{ objections: object[] }>('objections');
  const line = (lines: Line[], unit: string) => standing(lines.find((one) => one.unit === unit) as Line);
  expect(objections).toMatchObject([{ state: 'upheld', correction: { to: 0, revision: after.revision } }]);
  const { moved } = (objections[0] as { correction: { moved: { unit: string }[] } }).correction;
  expect(moved).toContainEqual({
    unit: third,
    before: line(before.lines, third),
    after: line(after.lines, third),
  });

  await world.moveTo(new Date('2023-12-20T08:00:00+07:00'));
  const place = 'Hội trường';
  await give(head, 'hold-meeting', { place, present: [third] });
  await give(head, 'hold-meeting', { place, present: bloc.members });
  await give(head, 'confirm-ranking', {});
  await give(head, 'open-ballot', { recused: [last] });
  type Meeting = { ballots: { candidates: string[] }[]; nominees: object[] };
  const [candidate = ''] = (await read<Meeting>('meeting')).ballots[0]?.candidates ?? [];
  const voters = bloc.members.filter((unit) => unit !== last);
  const byRecused = give(`leader.${last}`, 'cast-ballot', { unit: last, choice: candidate });
  await expect(byRecused).rejects.toMatchObject({ code: 'not-on-the-roll' });
  for (const unit of voters) await give(`leader.${unit}`, 'cast-ballot', { unit, choice: candidate });
  const documents = { submission: { title: 'Tờ trình' }, minutes: { title: 'Biên bản' } };
  await give(head, 'nominate', { flags: [candidate], certificates: [], documents });
  const [nextHead = '', nextDeputy = ''] = bloc.members.slice(1);
  await give(head, 'choose-next-head', { head: nextHead, deputy: nextDeputy, by: 'rotation' });
  await give(head, 'hand-over', { items: 'Hồ sơ khối', date: '2023-12-20' });

  expect(await read<Meeting>('meeting')).toMatchObject({
    held: 2,
    meetings: [
      { number: 1, present: [third], quorum: { present: 1, total: 4, needed: 3, met: false } },
      { number: 2, quorum: { present: 4, total: 4, needed: 3, met: true } },
    ],
    ballots: [
      {
        mode: 'open',
        recused: [last],
        voters,
        denominator: 3,
        needed: 2,
        cast: Object.fromEntries(voters.map((unit) => [unit, candidate])),
        counted: { elected: candidate, blank: 0, invalid: 0 },
      },
    ],
    nominees: [{ unit: candidate, award: 'provincial-flag', missing: ['report'] }],
    documents,
    next: { head: nextHead, deputy: nextDeputy, by: 'rotation' },
    handedOver: { to: nextHead, items: 'Hồ sơ khối', date: '2023-12-20' },
  });
});
