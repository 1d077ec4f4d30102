/** The pages under their own load: how long the server takes for the desk and the score form of a bloc of twenty. */

import { criteriaMarkedBy } from '../../shared/domain/rubric.ts';
import { servedSite } from '../site.ts';
import { cookieOf } from '../world.ts';
import { machine, rangeOf, type Spread, say, spreadOf, tell } from './measure.ts';

const size = { members: 20, criteria: 30, warmUps: 10, rounds: 60 } as const;

export async function pages(): Promise<void> {
  const site = await servedSite({
    blocs: 1,
    members: size.members,
    criteria: size.criteria,
    until: 'Chấm điểm chéo',
  });
  try {
    await site.moveTo(new Date('2023-12-05T09:00:00+07:00'));
    const [bloc] = site.sample.blocs;
    const unit = bloc?.members[2];
    const rubric = site.sample.rubrics.find(({ id }) => id === bloc?.rubric);
    if (!bloc || !unit || !rubric) throw new Error('the sample has no bloc');
    const lines = criteriaMarkedBy(rubric, 'peers');
    const peers = bloc.members.filter((one) => one !== unit);
    // A full draft: every mark, and a comment on each fifth.
    for (const peer of peers) {
      for (const [i, { id }] of lines.entries()) {
        const comment = [['c', 'Có đủ minh chứng, đúng thời hạn.']] as const;
        for (const [kind, value] of [['m', '1'], ...(i % 5 === 0 ? comment : [])] as const) {
          const path = `/api/seasons/2023/blocs/${bloc.id}/drafts/${unit}/score-sheet/${kind}:${peer}:${id}`;
          const answer = await site.app.request(path, {
            method: 'PUT',
            headers: { ...(await site.signedAs(`officer.${unit}`)), 'Content-Type': 'application/json' },
            body: JSON.stringify({ value, version: 0 }),
          });
          if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
        }
      }
      tell(`pages: draft of ${peer}`);
    }
    const cookie = await cookieOf(site, `officer.${unit}`);
    const times = async (path: string): Promise<Spread> => {
      const taken: number[] = [];
      for (let round = 0; round < size.warmUps + size.rounds; round++) {
        const started = performance.now();
        const answer = await site.app.request(path, {
          headers: { Cookie: cookie, 'Accept-Encoding': 'gzip' },
        });
        await answer.arrayBuffer();
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
        if (round >= size.warmUps) taken.push(performance.now() - started);
      }
      tell(`pages: ${path}`);
      return spreadOf(taken, 1);
    };
    const form = `/nam/2023/${bloc.id}/cham-cheo`;
    const [desk, byCriterion, byPeer, review] = [
      await times('/ban-lam-viec'),
      await times(`${form}?tieu-chi=${lines[0]?.id}`),
      await times(`${form}?don-vi=${peers[0]}`),
      await times(`${form}/xem-lai`),
    ];
    say(machine());
    say('');
    say(`The desk: ${rangeOf(desk, 'ms')}`);
    say(`The score form, one criterion × ${peers.length} peers: ${rangeOf(byCriterion, 'ms')}`);
    say(`The score form, one peer × ${lines.length} criteria: ${rangeOf(byPeer, 'ms')}`);
    say(`The review of the whole sheet, ${peers.length} × ${lines.length}: ${rangeOf(review, 'ms')}`);
    say(
      `  ${size.rounds} requests one after the other, after ${size.warmUps} warm-ups, through the HTTP application in process: session, roles,`,
    );
    say(
      `  the bloc's record, a draft of ${peers.length * (lines.length + Math.ceil(lines.length / 5))} fields from the embedded store, the page, gzip. Neither network nor browser.`,
    );
    say('');
    say(JSON.stringify({ desk, byCriterion, byPeer, review, peers: peers.length, criteria: lines.length }));
  } finally {
    await site.close();
  }
}
