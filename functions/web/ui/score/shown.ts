/** What the parts of the score form share: what is shown, where it stands, how its fields are called. */
import type { Draft } from '../../drafting.ts';
import { inputName } from '../../drafting.ts';
import type { Place } from '../../place.ts';
import { type Cell, markField, type Sheet } from '../../sheet.ts';
import { frame } from '../../text/frame.ts';
import { scoreText } from '../../text/score.ts';
import type { Visit } from '../../visit.ts';
import { placePath } from '../page.tsx';

export const form = 'score-sheet';
export const page = 'cham-cheo';

export type Shown = {
  readonly visit: Visit;
  readonly place: Place;
  readonly draft: Draft;
  readonly sheet: Sheet;
  readonly formId: string;
  /** The cell whose comment somebody asked to write: peer and line. */
  readonly opened: string;
};

/** How a drafted field is called in a sentence. */
export function labelsOf(visit: Visit, { terms }: Place): (field: string) => string {
  const t = scoreText[visit.language];
  return (field) => {
    const [kind, peer = '', line = ''] = field.split(':');
    const name = terms.members.find(({ unit }) => unit === peer)?.name ?? peer;
    if (kind === 'k') return t.recusalField(name);
    return kind === 'c' ? t.comment(name, line) : t.field(name, line);
  };
}

export function cellAddress(place: Place, { line, peer }: Cell): string {
  return `${placePath(place.ref, page)}?tieu-chi=${line.id}#${inputName(markField(peer, line.id))}`;
}

export function crumbOf(visit: Visit, place: Place) {
  return [
    { name: frame[visit.language].nav.desk, path: '/ban-lam-viec' },
    { name: scoreText[visit.language].title, path: placePath(place.ref, page) },
  ];
}
