/** The bundle of a season: every commit that its record rests on, as lines that a small program alone can recount. */
import { createHash } from 'node:crypto';
import { isVoteSecret } from '../../shared/domain/council.ts';
import { type SeasonId, type StreamRef, streamName } from '../../shared/domain/ids.ts';
import { isRoundSecret } from '../../shared/domain/scoring.ts';
import { headOf } from '../../shared/journal.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import type { Deps } from '../deps.ts';
import { seasonStreams } from './streams.ts';

/** The streams of a bundle: the season's own and the province's, in the order of their names' bytes. */
async function bundleStreams(
  deps: Pick<Deps, 'journal'>,
  season: SeasonId,
): Promise<Result<readonly StreamRef[]>> {
  const own = await seasonStreams(deps, season);
  if (own.length === 0)
    return refuse('not-found', {
      vi: `Không có mùa thi đua ${season}.`,
      en: `There is no season ${season}.`,
    });
  const refs: StreamRef[] = [{ kind: 'province' }, ...own];
  return ok(refs.sort((a, b) => (streamName(a) < streamName(b) ? -1 : 1)));
}

/** The head hash (mã kiểm chứng) of a season as it stands: says nothing, but fixes everything. */
export async function seasonHead(
  deps: Pick<Deps, 'journal'>,
  season: SeasonId,
): Promise<Result<{ head: string; commits: number }>> {
  const refs = await bundleStreams(deps, season);
  if (!refs.ok) return refs;
  const lasts = await Promise.all(
    refs.value.map(async (ref) => {
      const { name, seq, head } = await deps.journal.load(ref);
      return { stream: name, seq, sha256: head };
    }),
  );
  return ok({ head: headOf(lasts), commits: lasts.reduce((sum, { seq }) => sum + seq, 0) });
}

/**
 * Writes the bundle line by line; refused while a round of the season is open or a vote of its Council is not counted,
 * for it would show sealed sheets and votes.
 */
export async function exportBundle(
  deps: Pick<Deps, 'journal'>,
  season: SeasonId,
  write: (text: string) => void | Promise<void>,
): Promise<Result<{ head: string; commits: number }>> {
  const refs = await bundleStreams(deps, season);
  if (!refs.ok) return refs;
  const secret: string[] = [];
  for (const ref of refs.value) {
    if (ref.kind === 'council' && isVoteSecret((await deps.journal.load(ref)).state))
      return refuse('open-vote');
    if (ref.kind !== 'bloc') continue;
    const { state } = await deps.journal.load(ref);
    if (isRoundSecret(state.scoring)) secret.push(state.terms?.name ?? ref.bloc);
  }
  if (secret.length > 0) {
    return refuse('open-round', {
      vi: `Chưa xuất được hồ sơ: đợt chấm điểm chéo đang mở tại ${secret.join('; ')}.`,
      details: { blocs: secret },
    });
  }
  const hash = createHash('sha256');
  const line = async (value: object) => {
    const text = `${JSON.stringify(value)}\n`;
    hash.update(text);
    await write(text);
  };
  await line({ format: 'thidua-bundle/1', season });
  const lasts: { stream: string; seq: number; sha256: string }[] = [];
  let commits = 0;
  for (const ref of refs.value) {
    const found = await deps.journal.commits(streamName(ref));
    for (const { stream, seq, sha256, body } of found) await line({ stream, seq, sha256, body });
    commits += found.length;
    const last = found.at(-1);
    if (last) lasts.push(last);
  }
  const head = headOf(lasts);
  await write(`${JSON.stringify({ commits, head, sha256: hash.digest('hex') })}\n`);
  return ok({ head, commits });
}
