/** A Council's session played to a step: one bloc of four whose first is proposed for the flag, two for certificates. */
import {
  at,
  boardHead,
  launchedSeason,
  type MemoryJournal,
  must,
  office,
  playBloc,
  roll,
  rubric,
  seat,
  specialist,
  system,
} from './builders.ts';

export const councilName = 'council-2023-1';
export const councilRef = { kind: 'council' as const, season: '2023' as never, session: 1 as never };
export const sessionDay = '2024-01-09T08:00:00';

/** The nominees: the flag for d; certificates for c and b. */
export const nominees = {
  flag: { unit: 'd', award: 'provincial-flag' },
  c: { unit: 'c', award: 'certificate' },
  b: { unit: 'b', award: 'certificate' },
} as const;

export const decision = {
  number: '1/QĐ-UBND',
  date: '2024-01-30',
  office: 'Chủ tịch Ủy ban nhân dân tỉnh',
  publishAt: '2024-02-01T08:00:00+07:00',
};

/** The Board's submission after the session. */
export const submission = { number: '9/TTr-SNV', date: '2024-01-25', draft: { title: 'Dự thảo Quyết định' } };

/** How many of the six present say yes to each certificate; abstentions are the rest. */
export type CouncilPlay = {
  readonly c?: number;
  readonly b?: number;
  readonly ineligible?: readonly string[];
};

type Give = (name: string, payload: object, actor: Parameters<MemoryJournal['give']>[3], now: string) => void;

const giverOf =
  (journal: MemoryJournal): Give =>
  (name, payload, actor, now) =>
    void must(journal.give(councilName, name, payload, actor, at(now)));

/** A session that is convened, its dossiers appraised. */
function convenedCouncil(
  ineligible: readonly string[],
  rules: Record<string, string | boolean>,
  leads: { seat: string; unit: string } | undefined,
): MemoryJournal {
  const seats = roll.map((one) => (one.seat === leads?.seat ? { ...one, unit: leads.unit as never } : one));
  const season = launchedSeason({ k01: ['a', 'b', 'c', 'd'] }, rules, rubric, {}, seats);
  const journal = playBloc(season, 'k01', 'nominated', {
    actual: (id) => String(60 + 5 * 'abcd'.indexOf(id)),
  });
  const give = giverOf(journal);
  give('OpenCouncil', {}, system, '2023-12-20T08:00:00');
  give('ReceiveNomination', { bloc: 'k01' }, system, '2023-12-20T08:00:00');
  give('CloseNominations', {}, system, '2023-12-20T08:00:00');
  for (const { unit, award } of Object.values(journal.state(councilRef).dossiers)) {
    const verdict = ineligible.includes(unit) ? 'ineligible' : 'eligible';
    const reason = verdict === 'eligible' ? '' : 'Còn nợ thuế.';
    give('AppraiseDossier', { unit, award, verdict, reason }, specialist, '2024-01-08T08:00:00');
  }
  const sitting = { at: '2024-01-09T08:00:00+07:00', place: 'Phòng họp' };
  give('ProposeSession', sitting, boardHead, '2024-01-08T09:00:00');
  give('ConveneSession', sitting, seat(1), sessionDay);
  return journal;
}

/** A session with the first so many of the roll present; with 0 nobody has been recorded yet. */
export function attendedCouncil(
  present: number,
  rules: Record<string, string | boolean> = {},
  leads?: { seat: string; unit: string },
): MemoryJournal {
  const journal = convenedCouncil([], rules, leads);
  const seats = roll.slice(0, present).map((one) => one.seat);
  if (present > 0) giverOf(journal)('RecordAttendance', { present: seats }, seat(2), sessionDay);
  return journal;
}

/** The box for the flag, every paper a yes unless said otherwise. */
export function paperOf(
  present: number,
  {
    yes = present,
    issued = present,
    returned = present,
    ...more
  }: { yes?: number; issued?: number; returned?: number; written?: number; team?: string[] } = {},
) {
  const lines = [{ unit: 'd', yes, no: 0, invalid: 0 }];
  return { award: 'provincial-flag', team: ['s4', 's5', 's6'], issued, returned, lines, ...more };
}

/** A session whose votes are counted; the flag is voted on paper by six of seven. */
export function countedCouncil({ c = 6, b = 6, ineligible = [] }: CouncilPlay = {}): MemoryJournal {
  const journal = convenedCouncil(ineligible, {}, undefined);
  const give = giverOf(journal);
  give('RecordAttendance', { present: roll.slice(0, 6).map((one) => one.seat) }, seat(2), sessionDay);
  give('EnterPaperCount', paperOf(6), seat(2), sessionDay);
  for (let n = 1; n <= 6; n++) {
    const choices = [
      { unit: 'c', choice: n <= c ? 'yes' : 'abstain' },
      { unit: 'b', choice: n <= b ? 'yes' : 'abstain' },
    ].filter(({ unit }) => !ineligible.includes(unit));
    give('CastVote', { award: 'certificate', choices }, seat(n), sessionDay);
  }
  give('CountVotes', {}, seat(2), sessionDay);
  return journal;
}

/** A session that is concluded. */
export function concludedCouncil(play: CouncilPlay = {}): MemoryJournal {
  const journal = countedCouncil(play);
  giverOf(journal)('ConcludeSession', { conclusions: 'Thống nhất trình.' }, seat(1), sessionDay);
  return journal;
}

/** A concluded session that the Board has submitted to the Chairman. */
export function submittedCouncil(play: CouncilPlay = {}): MemoryJournal {
  const journal = concludedCouncil(play);
  giverOf(journal)('SubmitToChairman', submission, boardHead, '2024-01-25T08:00:00');
  return journal;
}

/** A session whose decision is recorded. */
export function decidedCouncil(play: CouncilPlay = {}, more: object = {}): MemoryJournal {
  const journal = submittedCouncil(play);
  const awards = journal.state(councilRef).concluded?.passed ?? [];
  const payload = { ...decision, awards, ...more };
  must(journal.give(councilName, 'RecordDecision', payload, office, at('2024-01-30T08:00:00')));
  return journal;
}
