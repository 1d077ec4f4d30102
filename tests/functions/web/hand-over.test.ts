/** A draft between officer and leader: passed on, returned with a reason, and what each changed meanwhile. */
import { expect, test } from 'vitest';
import { cookieOf, playedWorld } from '../../world.ts';

test('who gets a draft back sees field by field what the other has changed', async () => {
  const world = await playedWorld({ until: 'Chấm điểm chéo' });
  await world.moveTo(new Date('2023-12-05T09:00:00+07:00'));
  const [bloc] = world.sample.blocs;
  const unit = bloc?.members[2] ?? '';
  const peer = bloc?.members[3] ?? '';
  const draft = `/api/seasons/2023/blocs/${bloc?.id}/drafts/${unit}/score-sheet`;
  let sent = 0;
  const send = async (persona: string, method: string, path: string, body: object) => {
    const response = await world.app.request(`${draft}${path}`, {
      method,
      headers: {
        ...(await world.signedAs(`${persona}.${unit}`)),
        'Content-Type': 'application/json',
        'Idempotency-Key': `hand-over-${sent++}`,
      },
      body: JSON.stringify(body),
    });
    expect(response.status, `${method} ${path}`).toBe(200);
  };
  type Draft = { status: { state: string } | null; changes: object[]; fields: { field: string }[] };
  const read = () => world.client.get<Draft>(`officer.${unit}`, draft);

  await send('officer', 'PUT', `/m:${peer}:I.2`, { value: '7,5', version: 0 });
  expect(await read()).toMatchObject({ status: null, changes: [] });
  await send('officer', 'POST', '/status', { state: 'prepared' });
  expect(await read()).toMatchObject({ status: { state: 'prepared' }, changes: [] });

  await send('leader', 'PUT', `/m:${peer}:I.2`, { value: '6', version: 1 });
  await send('leader', 'PUT', `/c:${peer}:I.2`, { value: 'Còn chậm.', version: 0 });
  const changed = await read();
  expect(changed.fields.map(({ field }) => field).sort()).toEqual([`c:${peer}:I.2`, `m:${peer}:I.2`]);
  expect(changed.changes).toEqual([
    { field: `c:${peer}:I.2`, before: '', after: 'Còn chậm.' },
    { field: `m:${peer}:I.2`, before: '7,5', after: '6' },
  ]);
  const page = await world.app.request(`/nam/2023/${bloc?.id}/cham-cheo/xem-lai`, {
    headers: { Cookie: await cookieOf(world, `officer.${unit}`) },
  });
  expect(await page.text()).toMatch(/Lúc đó[\s\S]*7,5[\s\S]*6/);

  await send('leader', 'POST', '/status', { state: 'returned', reason: 'Xem lại tiêu chí I.2' });
  expect(await read()).toMatchObject({ status: { state: 'returned' }, changes: [] });
});
