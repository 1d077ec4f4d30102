/** Bundles in a test's hand: written from commits, and with every hash made anew after a change. */
import { createHash } from 'node:crypto';
import { headOf } from '../shared/journal.ts';

export type BundleLine = { stream: string; seq: number; sha256: string; body: string };
export type BundleBody = {
  prev: string;
  at: string;
  actor: object;
  command: object;
  events: Record<string, unknown>[];
};

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** The commits of a bundle's text. */
export function commitsOf(bundle: string): BundleLine[] {
  return bundle
    .trimEnd()
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line) as BundleLine);
}

/** Writes a bundle with a last line that fits its commits, as whoever forges one would. */
export function bundleOf(commits: readonly BundleLine[]): string {
  const lasts = new Map(commits.map((commit) => [commit.stream, commit]));
  const text = [{ format: 'thidua-bundle/1', season: '2023' }, ...commits]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
  const footer = { commits: commits.length, head: headOf([...lasts.values()]), sha256: sha256(text) };
  return `${text}${JSON.stringify(footer)}\n`;
}

/** The commits after a change to their bodies, every hash made anew: in each stream, and in whatever was copied. */
export function rehashed(
  commits: readonly BundleLine[],
  change: (body: BundleBody, commit: BundleLine) => void,
): BundleLine[] {
  const renamed = new Map<string, string>();
  const order = ['province', 'season-', 'bloc-', 'council-'];
  const rank = ({ stream }: BundleLine) => order.findIndex((kind) => stream.startsWith(kind));
  const heads = new Map<string, string>();
  const remade = new Map<string, BundleLine>();
  for (const commit of [...commits].sort((a, b) => rank(a) - rank(b))) {
    const body = JSON.parse(commit.body) as BundleBody;
    body.prev = heads.get(commit.stream) ?? body.prev;
    for (const event of body.events) {
      // Some sources are words: where a holiday or an index comes from. An addendum has copied the season too.
      for (const source of [event.source, event.season] as ({ sha256: string } | string | undefined)[])
        if (typeof source === 'object') source.sha256 = renamed.get(source.sha256) ?? source.sha256;
    }
    change(body, commit);
    const text = JSON.stringify(body);
    const hash = sha256(text);
    renamed.set(commit.sha256, hash);
    heads.set(commit.stream, hash);
    remade.set(`${commit.stream} ${commit.seq}`, { ...commit, sha256: hash, body: text });
  }
  return commits.map(({ stream, seq }) => remade.get(`${stream} ${seq}`) as BundleLine);
}
