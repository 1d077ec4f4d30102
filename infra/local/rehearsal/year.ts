/**
 * The year as the rehearsal plays it: every office does through the HTTP API what its people would, on a clock that is
 * moved from one working day to the next. Now and then somebody tries what the rules forbid and has to be refused.
 */

import { criteriaMarkedBy, type Rubric } from '../../../shared/domain/rubric.ts';
import type { BlocPlan } from '../../../shared/domain/season.ts';
import type { TallyLine } from '../../../shared/domain/tally.ts';
import { type ApiClient, Problem } from '../client.ts';
import { type SampleSeason, successor } from '../seed/season.ts';
import { actualsOf, commentsOf, headMarksOf, selfLinesOf, sheetOf, targetsOf } from './cast.ts';
import { chanceOf } from './chance.ts';
import {
  mergedUnit,
  type Situation,
  situationOf,
  type Tie,
  tiedHeadMarks,
  tiedSheet,
  tiedUnits,
} from './situations.ts';

export type Stage = {
  readonly client: ApiClient;
  readonly sample: SampleSeason;
  readonly seed: string;
  moveTo(at: Date): Promise<void>;
  settle(): Promise<void>;
  /** So many of all the steps of the year are done, and what is going on. */
  progress(what: string): void;
};

/** What was counted while playing, each where it was acknowledged. */
export type Played = {
  signatures: number;
  reviews: number;
  selfScores: number;
  sheets: number;
  marks: number;
  nominations: number;
  refusedAsExpected: number;
  cast: Cast;
};

/** What went otherwise, counted where it was acknowledged or read back from the results. */
export type Cast = {
  lateSigners: number;
  voidedPledges: number;
  mergedUnits: number;
  missingSheets: number;
  recusals: number;
  harshRaters: number;
  kindRaters: number;
  ties: Record<Tie, number>;
  objections: { upheld: number; refused: number };
  extensions: number;
  knockedOutFirsts: number;
  repeatedMeetings: number;
  writtenVotes: number;
  repeatedBallots: number;
  narrowFailures: number;
  ineligibleFirms: number;
  /** Packs of law under which nominees of the one session were judged. */
  packsInSession: number;
  lateBlocs: number;
  returnedDossiers: number;
  releasedAwards: number;
  revokedAwards: number;
};

/** The steps that `progress` names, in order. */
export const acts = [
  'Phát động, lập lịch các khối, cụm',
  'Đăng ký chỉ tiêu, dự thảo và chốt giao ước',
  'Ký giao ước',
  'Sơ kết 6 tháng',
  'Tự chấm điểm',
  'Chấm điểm chéo',
  'Tổng hợp điểm',
  'Họp bình xét, đề nghị khen thưởng',
  'Thẩm định, họp Hội đồng',
  'Quyết định, công bố',
  'Kiểm tra lại toàn bộ hồ sơ',
] as const;

const at = (text: string) => new Date(`${text}+07:00`);

/** Plays the year from the set-up to the published awards. */
export async function playYear(stage: Stage): Promise<Played> {
  const { client, sample, seed } = stage;
  const played: Played = {
    signatures: 0,
    reviews: 0,
    selfScores: 0,
    sheets: 0,
    marks: 0,
    nominations: 0,
    refusedAsExpected: 0,
    cast: {
      lateSigners: 0,
      voidedPledges: 0,
      mergedUnits: 0,
      missingSheets: 0,
      recusals: 0,
      harshRaters: 0,
      kindRaters: 0,
      ties: {
        'core-tasks': 0,
        'fewer-penalties': 0,
        'neutral-head-to-head': 0,
        'olympic-mean': 0,
        'majority-judgment': 0,
        'shared-rank': 0,
      },
      objections: { upheld: 0, refused: 0 },
      extensions: 0,
      knockedOutFirsts: 0,
      repeatedMeetings: 0,
      writtenVotes: 0,
      repeatedBallots: 0,
      narrowFailures: 0,
      ineligibleFirms: 0,
      packsInSession: 0,
      lateBlocs: 0,
      returnedDossiers: 0,
      releasedAwards: 0,
      revokedAwards: 0,
    },
  };
  const { cast } = played;
  const season = `/api/seasons/${sample.season}`;
  let sent = 0;
  const ids = new Map<string, number>();
  const send = (as: string, path: string, body: object) => {
    // The id follows from who does what for which time, so the same seed gives the same record.
    const what = `${as} ${path}`;
    const times = (ids.get(what) ?? 0) + 1;
    ids.set(what, times);
    sent++;
    return client.command(as, path, body, `rehearsal-${as}-${path.split('/').slice(3).join('-')}-${times}`);
  };
  const refused = async (code: string, as: string, path: string, body: object) => {
    try {
      await send(as, path, body);
    } catch (error) {
      if (error instanceof Problem && error.code === code) {
        played.refusedAsExpected++;
        return;
      }
      throw error;
    }
    throw new Error(`${as} ${path} should have been refused as ${code}`);
  };
  const blocPath = (bloc: BlocPlan, command: string) => `${season}/blocs/${bloc.id}/commands/${command}`;
  const rubricOf = (bloc: BlocPlan): Rubric => {
    const rubric = sample.rubrics.find(({ id }) => id === bloc.rubric);
    if (!rubric) throw new Error(`no rubric ${bloc.rubric}`);
    return rubric;
  };
  /** All blocs at once, each bloc's commands one after the other, then everything that follows. */
  const inEveryBloc = async (act: (bloc: BlocPlan, index: number) => Promise<void>) => {
    await Promise.all(sample.blocs.map(act));
    await stage.settle();
  };
  /** Members as they are now: a merger changes them. */
  const composition = new Map(sample.blocs.map((bloc) => [bloc.id, [...bloc.members]]));
  const membersOf = (bloc: BlocPlan) => composition.get(bloc.id) ?? [];
  const has = (index: number, bloc: BlocPlan, kind: Situation['kind']) =>
    situationOf(index, bloc, sample.units)?.kind === kind;
  const tieIn = (index: number, bloc: BlocPlan) => {
    const situation = situationOf(index, bloc, sample.units);
    return situation?.kind === 'tie' ? situation.step : undefined;
  };
  const first = sample.blocs[0];
  const stranger = first?.members[2];
  if (!first || !stranger) throw new Error('a rehearsal needs a bloc of three');

  stage.progress(acts[0]);
  for (const step of sample.setUp) await send(step.as, step.path, step.body);
  await stage.settle();
  await refused('already-done', 'board-head', `${season}/commands/launch-season`, {});
  await refused('not-allowed', `leader.${stranger}`, `${season}/commands/set-calendar`, sample.calendar);

  stage.progress(acts[1]);
  await stage.moveTo(at('2023-02-14T09:00:00'));
  await inEveryBloc(async (bloc) => {
    for (const unit of bloc.members) {
      await send(`officer.${unit}`, blocPath(bloc, 'register-targets'), {
        unit,
        targets: targetsOf(seed, unit),
        titles: ['certificate'],
      });
    }
    await send(`leader.${bloc.head}`, blocPath(bloc, 'draft-pledge'), { text: pledgeText(bloc) });
    await refused('not-allowed', `leader.${bloc.deputy}`, blocPath(bloc, 'freeze-pledge'), {});
    await send(`leader.${bloc.head}`, blocPath(bloc, 'freeze-pledge'), {});
  });
  const hashes = new Map<string, string>();
  for (const bloc of sample.blocs) {
    const { hash } = await client.get<{ hash: string }>(
      `leader.${bloc.head}`,
      `${season}/blocs/${bloc.id}/pledge`,
    );
    hashes.set(bloc.id, hash);
  }
  await refused('not-yet-open', `leader.${stranger}`, blocPath(first, 'sign-pledge'), {
    unit: stranger,
    hash: hashes.get(first.id) ?? '',
  });

  stage.progress(acts[2]);
  await stage.moveTo(at('2023-03-07T14:00:00'));
  await refused('not-the-frozen-text', `leader.${stranger}`, blocPath(first, 'sign-pledge'), {
    unit: stranger,
    hash: '0'.repeat(64),
  });
  await refused('not-allowed', `officer.${stranger}`, blocPath(first, 'sign-pledge'), {
    unit: stranger,
    hash: hashes.get(first.id) ?? '',
  });
  await inEveryBloc(async (bloc, index) => {
    const sign = async (unit: string, i: number) => {
      // Every fifth is signed by the deputy for the head (KT.).
      const signer = i % 5 === 4 ? `deputy.${unit}` : `leader.${unit}`;
      await send(signer, blocPath(bloc, 'sign-pledge'), { unit, hash: hashes.get(bloc.id) ?? '' });
    };
    if (has(index, bloc, 'voided-pledge')) {
      // Two have signed when the head mends the text: both sign again, what they sign is another.
      for (const [i, unit] of bloc.members.slice(0, 2).entries()) await sign(unit, i);
      const text = `${pledgeText(bloc)}\n5. Giúp đỡ các xã đặc biệt khó khăn theo phân công.`;
      await send(`leader.${bloc.head}`, blocPath(bloc, 'draft-pledge'), { text });
      await send(`leader.${bloc.head}`, blocPath(bloc, 'freeze-pledge'), {});
      await refused('not-the-frozen-text', `leader.${bloc.head}`, blocPath(bloc, 'sign-pledge'), {
        unit: bloc.head,
        hash: hashes.get(bloc.id) ?? '',
      });
      const read = await client.get<{ hash: string }>(
        `leader.${bloc.head}`,
        `${season}/blocs/${bloc.id}/pledge`,
      );
      hashes.set(bloc.id, read.hash);
      cast.voidedPledges++;
    }
    const late = has(index, bloc, 'late-signer') ? bloc.members.at(-1) : undefined;
    for (const [i, unit] of bloc.members.entries()) {
      if (unit === late) continue;
      await sign(unit, i);
      played.signatures++;
    }
    if (late) {
      await send(`leader.${bloc.head}`, blocPath(bloc, 'request-extension'), {
        window: 'pledge',
        units: [late],
        until: '2023-04-10T17:00:00+07:00',
        reason: 'Đơn vị đang kiện toàn người đứng đầu.',
      });
      await send('board-head', blocPath(bloc, 'answer-extension'), {
        number: 1,
        approved: true,
        reason: 'Đồng ý.',
      });
      cast.extensions++;
    }
  });
  await stage.moveTo(at('2023-04-06T09:00:00'));
  await inEveryBloc(async (bloc, index) => {
    const late = has(index, bloc, 'late-signer') ? bloc.members.at(-1) : undefined;
    if (!late) return;
    await send(`leader.${late}`, blocPath(bloc, 'sign-pledge'), {
      unit: late,
      hash: hashes.get(bloc.id) ?? '',
    });
    played.signatures++;
    cast.lateSigners++;
  });

  await stage.moveTo(at('2023-05-15T09:00:00'));
  for (const [index, bloc] of sample.blocs.entries()) {
    const merged = mergedUnit(bloc, sample.units);
    if (!merged || !has(index, bloc, 'merged-unit')) continue;
    await send('board-specialist', '/api/province/commands/succeed-unit', {
      unit: merged,
      successors: [successor],
      validTo: '2023-04-30',
      document: 'Quyết định sáp nhập (mẫu)',
    });
    await send('board-specialist', blocPath(bloc, 'open-addendum'), { unit: successor, predecessor: merged });
    const read = await client.get<{ addenda: { hash: string; signers: string[] }[] }>(
      'board-specialist',
      `${season}/blocs/${bloc.id}/addenda`,
    );
    const [addendum] = read.addenda;
    for (const unit of addendum?.signers ?? [])
      await send(`leader.${unit}`, blocPath(bloc, 'sign-addendum'), { unit, hash: addendum?.hash ?? '' });
    composition.set(
      bloc.id,
      bloc.members.map((unit) => (unit === merged ? successor : unit)),
    );
    cast.mergedUnits++;
    await stage.settle();
  }

  stage.progress(acts[3]);
  await stage.moveTo(at('2023-07-04T10:00:00'));
  await inEveryBloc(async (bloc) => {
    for (const unit of membersOf(bloc)) {
      await send(`leader.${unit}`, blocPath(bloc, 'report-actuals'), {
        unit,
        actuals: actualsOf(seed, unit, 0.5),
        narrative:
          'Sáu tháng đầu năm đơn vị triển khai đủ các nội dung đã giao ước; các chỉ tiêu còn lại tiếp tục thực hiện trong sáu tháng cuối năm.',
      });
      played.reviews++;
    }
    await send(`leader.${bloc.head}`, blocPath(bloc, 'record-findings'), {
      text: 'Các đơn vị thành viên báo cáo đúng hạn. Đề nghị tập trung vào các chỉ tiêu đạt dưới 50% kế hoạch năm.',
    });
  });
  await refused('wrong-phase', `leader.${stranger}`, blocPath(first, 'report-actuals'), {
    unit: stranger,
    actuals: [],
    narrative: 'Bổ sung.',
  });

  stage.progress(acts[4]);
  await stage.moveTo(at('2023-11-20T08:30:00'));
  await inEveryBloc(async (bloc, index) => {
    const rubric = rubricOf(bloc);
    for (const unit of membersOf(bloc)) {
      const whole = tieIn(index, bloc) !== undefined && tiedUnits(bloc).includes(unit);
      await send(`leader.${unit}`, blocPath(bloc, 'submit-self-score'), {
        unit,
        actuals: actualsOf(seed, unit, 1, whole),
        lines: selfLinesOf(seed, rubric, unit),
      });
      played.selfScores++;
    }
  });

  stage.progress(acts[5]);
  // Every second head opens the round early; the others leave it to the calendar.
  await stage.moveTo(at('2023-12-01T15:00:00'));
  await inEveryBloc(async (bloc, i) => {
    if (i % 2 === 0) await send(`leader.${bloc.head}`, blocPath(bloc, 'open-round'), {});
  });
  await stage.moveTo(at('2023-12-06T09:00:00'));
  await refused('own-unit', `leader.${stranger}`, blocPath(first, 'submit-score-sheet'), {
    unit: stranger,
    marks: { [stranger]: {} },
  });
  await refused('sheet-incomplete', `leader.${stranger}`, blocPath(first, 'submit-score-sheet'), {
    unit: stranger,
    marks: {},
  });
  await inEveryBloc(async (bloc, i) => {
    const rubric = rubricOf(bloc);
    const members = membersOf(bloc);
    const tie = tieIn(i, bloc);
    const [missing, recusing, harsh, kind] = [
      has(i, bloc, 'missing-sheet') ? members.at(-1) : undefined,
      has(i, bloc, 'recusal') ? members.at(-1) : undefined,
      has(i, bloc, 'harsh-and-kind') ? members.at(-1) : undefined,
      has(i, bloc, 'harsh-and-kind') ? members.at(-2) : undefined,
    ];
    const selves = new Map(members.map((unit) => [unit as string, selfLinesOf(seed, rubric, unit)]));
    for (const unit of members) {
      if (unit === missing) continue;
      const recused = unit === recusing ? members.slice(0, 1) : [];
      const peers = members.filter((member) => member !== unit && !recused.includes(member));
      const severity = unit === harsh ? 0.12 : unit === kind ? -0.12 : 0;
      const marks = tie
        ? tiedSheet(tie, rubric, { members }, unit)
        : sheetOf(seed, rubric, unit, peers, severity);
      await send(`leader.${unit}`, blocPath(bloc, 'submit-score-sheet'), {
        unit,
        marks,
        comments: commentsOf(rubric, marks, selves),
        recused: Object.fromEntries(
          recused.map((peer) => [peer, { text: 'Người đứng đầu hai đơn vị có quan hệ thân thích.' }]),
        ),
      });
      played.sheets++;
      played.marks += peers.length * criteriaMarkedBy(rubric, 'peers').length;
      cast.recusals += recused.length;
      cast.harshRaters += Number(unit === harsh);
      cast.kindRaters += Number(unit === kind);
    }
    for (const unit of members) {
      const marker = unit === bloc.head ? bloc.deputy : bloc.head;
      await send(`leader.${marker}`, blocPath(bloc, 'mark-by-head'), {
        unit,
        ...(tie ? tiedHeadMarks(tie, rubric, { members }, unit) : headMarksOf(seed, rubric, unit)),
      });
    }
    if (missing) await refused('not-ready', `leader.${bloc.head}`, blocPath(bloc, 'close-round'), {});
    else if (i % 3 === 0) await send(`leader.${bloc.head}`, blocPath(bloc, 'close-round'), {});
  });

  stage.progress(acts[6]);
  await stage.moveTo(at('2023-12-15T17:00:01'));
  const lastBloc = sample.blocs.at(-1) ?? first;
  const late = lastBloc.members[1] ?? stranger;
  await refused('after-deadline', `leader.${late}`, blocPath(lastBloc, 'submit-score-sheet'), {
    unit: late,
    marks: {},
  });
  for (const bloc of sample.blocs) {
    type Round = { closed: { missing: string[] } };
    const { closed } = await client.get<Round>('board-head', `${season}/blocs/${bloc.id}/sheets`);
    cast.missingSheets += closed.missing.length;
  }
  await stage.moveTo(at('2023-12-18T09:00:00'));
  await inEveryBloc(async (bloc, index) => {
    const upheld = has(index, bloc, 'objection-upheld');
    if (!upheld && !has(index, bloc, 'objection-refused')) return;
    const unit = membersOf(bloc).at(-1) ?? stranger;
    const line = criteriaMarkedBy(rubricOf(bloc), 'peers').at(-1);
    if (!line) throw new Error('a rubric without a line for the peers');
    await send(`leader.${unit}`, blocPath(bloc, 'file-objection'), {
      unit,
      criterion: line.id,
      ground: { text: 'Các đơn vị chưa tính kết quả nêu tại báo cáo bổ sung.' },
    });
    await send(`leader.${bloc.head}`, blocPath(bloc, 'answer-objection'), {
      number: 1,
      outcome: upheld ? 'upheld' : 'refused',
      reason: upheld ? 'Báo cáo bổ sung được xác nhận.' : 'Minh chứng không thuộc năm chấm điểm.',
      ...(upheld ? { to: line.max } : {}),
    });
    cast.objections[upheld ? 'upheld' : 'refused']++;
  });

  stage.progress(acts[7]);
  await stage.moveTo(at('2023-12-20T08:00:00'));
  const meet = async (bloc: BlocPlan, index: number) => {
    const members = membersOf(bloc);
    const head = `leader.${bloc.head}`;
    const { lines } = await client.get<{ lines: TallyLine[] }>(head, `${season}/blocs/${bloc.id}/result`);
    const ranked = lines.filter((line) => line.rank !== null).sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
    const leader = ranked[0];
    if (leader && leader.decidedBy !== null && leader.decidedBy !== 'exact-score')
      cast.ties[leader.decidedBy]++;
    if (leader && has(index, bloc, 'knocked-out-first')) {
      await send('board-specialist', blocPath(bloc, 'record-knock-out'), {
        unit: leader.unit,
        kind: 'inspection',
        document: 'Quyết định thanh tra đang thực hiện (mẫu)',
        date: '2023-12-11',
      });
      cast.knockedOutFirsts++;
    }
    const { knockOuts } = await client.get<{ knockOuts: { unit: string }[] }>(
      head,
      `${season}/blocs/${bloc.id}/eligibility`,
    );
    const out = new Set(knockOuts.map(({ unit }) => unit));
    const eligible = ranked.map(({ unit }) => unit).filter((unit) => !out.has(unit));
    const flags = eligible.slice(0, 1);
    // A certificate for up to three, but never for more than half of the bloc.
    const certificates = eligible.slice(1, 1 + Math.min(3, Math.floor((members.length - 1) / 2)));
    await refused('wrong-phase', head, blocPath(bloc, 'nominate'), { flags, certificates });
    const place = 'Hội trường đơn vị Trưởng khối';
    if (has(index, bloc, 'meeting-repeated')) {
      await send(head, blocPath(bloc, 'hold-meeting'), { place, present: members.slice(0, 1) });
      await refused('no-quorum', head, blocPath(bloc, 'confirm-ranking'), {});
      cast.repeatedMeetings++;
    }
    await send(head, blocPath(bloc, 'hold-meeting'), { place, present: members });
    await send(head, blocPath(bloc, 'confirm-ranking'), {});
    if (leader && has(index, bloc, 'knocked-out-first'))
      await refused('not-eligible', head, blocPath(bloc, 'nominate'), {
        flags: [leader.unit],
        certificates: [],
      });
    if (bloc === first && ranked.length > 1)
      await refused('over-quota', head, blocPath(bloc, 'nominate'), {
        flags: ranked.slice(0, 2).map(({ unit }) => unit),
        certificates: [],
      });
    // Whose turn it is: the order of the members, from the present head on.
    const after = (unit: string) => members[(members.indexOf(unit as never) + 1) % members.length] ?? '';
    const nextHead = after(bloc.head);
    const nextDeputy = after(nextHead);
    if (bloc === first)
      await refused('does-not-follow', head, blocPath(bloc, 'choose-next-head'), {
        head: nextDeputy,
        deputy: nextHead,
        by: 'rotation',
      });
    await send(head, blocPath(bloc, 'choose-next-head'), {
      head: nextHead,
      deputy: nextDeputy,
      by: 'rotation',
    });
    await send(head, blocPath(bloc, 'hand-over'), {
      items: 'Quy chế, bảng tiêu chí, hồ sơ và kết quả thi đua trong năm của khối, cụm',
      date: '2023-12-20',
    });
    // Who has held its meeting and hands in nothing is closed at its deadline, and the Council names it as late.
    const isLate = has(index, bloc, 'late-bloc');
    cast.lateBlocs += Number(isLate);
    // In a bloc of three nobody has the ballots for a rank: it nominates nobody and is closed at its deadline too.
    if (flags.length > 0 && !isLate) {
      // The first bloc forgets the reports of its nominees; its dossiers are returned.
      const documents = papersOf(bloc, bloc === first ? [] : [...flags, ...certificates]);
      await send(head, blocPath(bloc, 'nominate'), { flags, certificates, documents });
      played.nominations += flags.length + certificates.length;
    }
    // One bloc after the other: the Council receives them in this order, whatever else goes on.
    await stage.settle();
  };
  const inJanuary = sample.blocs.filter((bloc, index) => has(index, bloc, 'late-signer'));
  for (const bloc of inJanuary) {
    // Once results are known the Board alone extends.
    await send('board-head', blocPath(bloc, 'grant-extension'), {
      window: 'meeting',
      units: 'all',
      until: '2024-01-05T17:00:00+07:00',
      reason: 'Đơn vị Trưởng khối đang chuyển trụ sở.',
    });
    cast.extensions++;
  }
  for (const [index, bloc] of sample.blocs.entries()) if (!inJanuary.includes(bloc)) await meet(bloc, index);

  const council = `${season}/councils/1`;
  type Listed = { dossiers: { key: string; unit: string; award: string; bloc: string; kind: string }[] };
  const listed = async () => (await client.get<Listed>('board-specialist', council)).dossiers;
  const keysOf = (list: Listed['dossiers']) => list.map(({ unit, award }) => ({ unit, award }));
  const isFirm = ({ kind }: { kind: string }) => kind === 'firm' || kind === 'cooperative';
  await stage.moveTo(at('2023-12-21T09:00:00'));
  // In blocs of three nobody has nominated, and the Council's record is not opened yet.
  const nominated = played.nominations > 0 ? await listed() : [];
  const unfinished = nominated.filter((dossier) => dossier.bloc === first.id);
  if (unfinished[0]) {
    const [{ unit, award }] = unfinished as [Listed['dossiers'][number]];
    const appraise = `${council}/commands/appraise-dossier`;
    await refused('not-ready', 'board-specialist', appraise, { unit, award, verdict: 'eligible' });
    for (const nominee of keysOf(unfinished)) {
      await send('board-specialist', `${council}/commands/return-dossier`, {
        ...nominee,
        reason: 'Hồ sơ chưa có báo cáo thành tích.',
      });
      cast.returnedDossiers++;
    }
    await stage.settle();
    const documents = papersOf(
      first,
      unfinished.map((dossier) => dossier.unit),
    );
    await send(`leader.${first.head}`, blocPath(first, 'add-documents'), documents);
    await stage.settle();
  }
  const firms = nominated.filter(isFirm);
  if (firms.length > 0) {
    for (const { matter, agency } of agencies)
      await send('board-specialist', `${council}/commands/ask-opinion`, {
        matter,
        agency,
        document: '512/BTĐKT-NV (mẫu)',
        date: '2023-12-21',
        nominees: keysOf(firms),
      });
    const { unit, award } = firms[0] as Listed['dossiers'][number];
    await refused('not-ready', 'board-specialist', `${council}/commands/appraise-dossier`, {
      unit,
      award,
      verdict: 'eligible',
    });
  }
  if (inJanuary.length > 0) {
    await stage.moveTo(at('2024-01-04T09:00:00'));
    for (const [index, bloc] of sample.blocs.entries()) if (inJanuary.includes(bloc)) await meet(bloc, index);
  }
  await stage.moveTo(at('2024-01-05T10:00:00'));
  // One firm among those nominated for a certificate has not paid its taxes; one agency does not answer at all.
  const owing = firms.find(({ award }) => award === 'certificate') ?? firms[0];
  for (const [i, { matter, answers }] of agencies.entries()) {
    if (firms.length === 0 || !answers) continue;
    const breaches = matter === 'tax' && owing ? [{ ...keysOf([owing])[0], finding: 'Còn nợ thuế.' }] : [];
    await send('board-specialist', `${council}/commands/answer-opinion`, {
      number: i + 1,
      document: `${45 + i}/TL (mẫu)`,
      date: '2024-01-04',
      breaches,
    });
  }

  stage.progress(acts[8]);
  await stage.moveTo(at('2024-01-08T08:00:00'));
  type CouncilRead = {
    agenda: { award: string; mode: 'open' | 'paper'; nominees: string[] }[];
  };
  const dossiers = await listed();
  const convene = { at: '2024-01-09T08:00:00+07:00', place: 'Phòng họp số 1, Ủy ban nhân dân tỉnh' };
  const chair = sample.roll.find((seat) => seat.role === 'chair');
  const secretary = sample.roll.find((seat) => seat.role === 'secretary');
  if (!chair || !secretary) throw new Error('the sample Council has no chair or no secretary');
  if (dossiers.length > 0)
    await refused('not-ready', `council.${chair.seat}`, `${council}/commands/convene-session`, convene);
  for (const { unit, award } of dossiers) {
    const owes = owing?.unit === unit && owing.award === award;
    const eligible = { unit, award, verdict: 'eligible', reason: '' };
    if (owes) {
      await refused('not-eligible', 'board-specialist', `${council}/commands/appraise-dossier`, eligible);
      cast.ineligibleFirms++;
    }
    await send(
      'board-specialist',
      `${council}/commands/appraise-dossier`,
      owes
        ? { unit, award, verdict: 'ineligible', reason: 'Còn nợ thuế theo văn bản trả lời của cơ quan thuế.' }
        : eligible,
    );
  }
  await refused('not-ready', `council.${chair.seat}`, `${council}/commands/convene-session`, convene);
  await send('board-head', `${council}/commands/propose-session`, convene);
  await send(`council.${chair.seat}`, `${council}/commands/convene-session`, convene);
  await stage.moveTo(at('2024-01-09T08:00:00'));
  const members = sample.roll.filter((seat) => seat.role === 'member');
  const secretaryOf = `council.${secretary.seat}`;
  /** Opens the session with so many members away; the first of them sends a written vote. */
  const attend = async (away: number) => {
    const absent = members.slice(-away);
    const present = sample.roll.filter((seat) => !absent.includes(seat)).map(({ seat }) => seat);
    const substitutes = absent.slice(-1).map(({ seat }) => ({ seat, post: 'Phó Trưởng đơn vị' }));
    await send(secretaryOf, `${council}/commands/record-attendance`, { present, substitutes });
    return { present, writer: absent[0]?.seat ?? '' };
  };
  await refused('no-quorum', secretaryOf, `${council}/commands/count-votes`, {});
  let { present, writer } = await attend(2);
  const { agenda } = await client.get<CouncilRead>('board-specialist', council);
  const flags = agenda.find(({ award }) => award === 'provincial-flag')?.nominees ?? [];
  /** The box for the flags: one of many nominees is short of 80 % of all members with 90 % of the valid votes. */
  const enterFlags = async (again: boolean) => {
    const units = flags.map((key) => key.slice(key.indexOf(':') + 1));
    const chance = chanceOf(`${seed} council flags ${again}`);
    const returned = present.length;
    const lines = units.map((unit, i) => {
      const isNarrow = units.length >= 3 && i === units.length - 1;
      const no = isNarrow ? 1 : chance.next() < 0.2 ? chance.whole(1, 2) : 0;
      const invalid = isNarrow ? 2 : 0;
      return { unit, yes: returned - no - invalid, no, invalid };
    });
    const body = {
      award: 'provincial-flag',
      team: present.slice(-3),
      issued: present.length + 1,
      returned,
      written: 1,
      lines,
    };
    const wrong = { ...body, lines: lines.map((line) => ({ ...line, yes: line.yes - 1 })) };
    await refused('does-not-follow', secretaryOf, `${council}/commands/enter-paper-count`, wrong);
    await send(secretaryOf, `${council}/commands/enter-paper-count`, body);
    cast.writtenVotes++;
  };
  for (const { award, mode, nominees } of agenda) {
    if (mode === 'paper') {
      await enterFlags(false);
      continue;
    }
    const units = nominees.map((key) => key.slice(key.indexOf(':') + 1));
    const chance = chanceOf(`${seed} council ${award}`);
    for (const seat of [...present, writer]) {
      const choices = units.map((unit) => ({
        unit,
        choice: chance.next() < 0.97 ? 'yes' : chance.next() < 0.5 ? 'no' : 'abstain',
      }));
      await send(`council.${seat}`, `${council}/commands/cast-vote`, { award, choices });
    }
    cast.writtenVotes++;
  }
  await refused('does-not-follow', `council.${writer}`, `${council}/commands/cast-vote`, {
    award: 'certificate',
    choices: [{ unit: stranger, choice: 'yes' }],
  });
  if (flags.length >= 3) {
    // A paper was found outside the box: the ballot on the flags is repeated with whoever is there then.
    await send(secretaryOf, `${council}/commands/count-votes`, {});
    await send(`council.${chair.seat}`, `${council}/commands/repeat-ballot`, {
      award: 'provincial-flag',
      reason: 'Một phiếu để ngoài hòm phiếu khi kiểm; Hội đồng thống nhất bỏ phiếu lại.',
    });
    cast.repeatedBallots++;
    await refused('no-quorum', secretaryOf, `${council}/commands/count-votes`, {});
    ({ present, writer } = await attend(2));
    await enterFlags(true);
  }
  await send(secretaryOf, `${council}/commands/count-votes`, {});
  const { counts, received } = await client.get<{
    counts: { award: string; unit: string; yes: number; no: number; abstain: number; passed: boolean }[];
    received: Record<string, { pack: string }>;
  }>('board-specialist', council);
  const blocOf = new Map(dossiers.map((one) => [`${one.award}:${one.unit}`, one.bloc]));
  const packs = counts.map(({ award, unit }) => received[blocOf.get(`${award}:${unit}`) ?? '']?.pack);
  cast.packsInSession = new Set(packs).size;
  cast.narrowFailures = counts.filter(
    ({ award, yes, no, abstain, passed }) =>
      award === 'provincial-flag' && !passed && yes * 10 >= 9 * (yes + no + abstain),
  ).length;
  await send(`council.${chair.seat}`, `${council}/commands/conclude-session`, {
    conclusions:
      'Hội đồng thống nhất trình Chủ tịch Ủy ban nhân dân tỉnh xem xét, quyết định khen thưởng các đơn vị đạt tỷ lệ phiếu theo quy định.',
  });
  await stage.settle();

  await stage.moveTo(at('2024-01-12T10:00:00'));
  await send('board-head', `${council}/commands/submit-to-chairman`, {
    number: '21/TTr-SNV',
    date: '2024-01-12',
    draft: { title: 'Dự thảo Quyết định khen thưởng năm 2023' },
  });
  await stage.settle();

  stage.progress(acts[9]);
  await stage.moveTo(at('2024-01-30T10:00:00'));
  const { concluded } = await client.get<{ concluded: { passed: { unit: string; award: string }[] } }>(
    'chairman-office',
    council,
  );
  await send('chairman-office', `${council}/commands/record-decision`, {
    number: '163/QĐ-UBND',
    date: '2024-01-30',
    office: 'Chủ tịch Ủy ban nhân dân tỉnh',
    awards: concluded.passed,
    publishAt: '2024-02-01T08:00:00+07:00',
  });
  await stage.settle();
  // The last certificate waits for a complaint to be verified; the first is found to be undeserved later.
  const certificates = concluded.passed.filter(({ award }) => award === 'certificate');
  const [taken, onHold] = certificates.length >= 3 ? [certificates[0], certificates.at(-1)] : [];
  if (onHold) {
    await send('chairman-office', `${council}/commands/hold-award`, {
      ...onHold,
      reason: 'Đang xác minh đơn phản ánh.',
    });
    await refused('already-done', 'chairman-office', `${council}/commands/hold-award`, {
      ...onHold,
      reason: 'Đang xác minh đơn phản ánh.',
    });
  }
  await stage.settle();
  await stage.moveTo(at('2024-02-01T07:59:59'));
  const early = await client.get<{ awards: object[] }>(undefined, `${season}/awards`);
  if (early.awards.length > 0) throw new Error('awards were shown before their instant');
  await stage.moveTo(at('2024-02-01T08:00:00'));
  if (onHold) await release(onHold);
  if (taken) await revoke(taken);
  if (sent === 0) throw new Error('nothing was played');
  return played;

  /** The award that was held is published two weeks later, by an execution of its own. */
  async function release(nominee: { unit: string; award: string }) {
    const isPublic = async () => {
      const { awards } = await client.get<{ awards: { unit: string; award: string }[] }>(
        undefined,
        `${season}/awards`,
      );
      return awards.some(({ unit, award }) => unit === nominee.unit && award === nominee.award);
    };
    if (await isPublic()) throw new Error('what was held was published');
    await refused('not-found', 'chairman-office', `${council}/commands/revoke-award`, {
      ...nominee,
      ...revocation,
      date: '2024-02-01',
    });
    await stage.moveTo(at('2024-02-14T10:00:00'));
    await send('chairman-office', `${council}/commands/release-award`, {
      ...nominee,
      reason: 'Đơn phản ánh đã được xác minh, không có cơ sở.',
      publishAt: '2024-02-16T08:00:00+07:00',
    });
    await stage.settle();
    await stage.moveTo(at('2024-02-16T07:59:59'));
    if (await isPublic()) throw new Error('a released award was shown before its instant');
    await stage.moveTo(at('2024-02-16T08:00:00'));
    if (!(await isPublic())) throw new Error('a released award was not published');
    cast.releasedAwards++;
  }

  /** A published award is taken back; it stays readable as revoked. */
  async function revoke(nominee: { unit: string; award: string }) {
    await stage.moveTo(at('2024-03-15T09:00:00'));
    await send('chairman-office', `${council}/commands/revoke-award`, { ...nominee, ...revocation });
    const { awards } = await client.get<{ awards: { unit: string; award: string; status: string }[] }>(
      undefined,
      `${season}/awards`,
    );
    const found = awards.find(({ unit, award }) => unit === nominee.unit && award === nominee.award);
    if (found?.status !== 'revoked') throw new Error('a revoked award is not marked');
    cast.revokedAwards++;
  }
}

/** Whom the Board asks about firms and cooperatives, and who answers. */
const agencies = [
  { matter: 'insurance', agency: 'Bảo hiểm xã hội tỉnh', answers: true },
  { matter: 'tax', agency: 'Cục Thuế tỉnh', answers: true },
  { matter: 'environment', agency: 'Chi cục Bảo vệ môi trường', answers: false },
  { matter: 'labour', agency: 'Thanh tra Sở Lao động - Thương binh và Xã hội', answers: true },
] as const;

/** The papers of a bloc's nomination, with a report for each of these units. */
function papersOf({ id }: BlocPlan, units: readonly string[]) {
  const paper = (title: string, number: string) => ({ title, number, date: '2023-12-20' });
  return {
    submission: paper('Tờ trình đề nghị khen thưởng', `12/TTr-${id.toUpperCase()}`),
    minutes: paper('Biên bản họp bình xét', `13/BB-${id.toUpperCase()}`),
    reports: Object.fromEntries(units.map((unit) => [unit, paper('Báo cáo thành tích', '14/BC')])),
  };
}

const revocation = {
  number: '318/QĐ-UBND',
  date: '2024-03-15',
  legalBasis: 'Điều 93 Luật Thi đua, khen thưởng năm 2022',
  reason: 'Kê khai không đúng thành tích trong hồ sơ đề nghị.',
};

function pledgeText(bloc: BlocPlan): string {
  return [
    `Các đơn vị thành viên ${bloc.name} thống nhất ký kết giao ước thi đua năm 2023:`,
    '1. Hoàn thành và phấn đấu hoàn thành vượt mức các chỉ tiêu đã đăng ký.',
    '2. Thực hiện tốt cải cách hành chính, kỷ luật, kỷ cương và văn hóa công sở.',
    '3. Tham gia đầy đủ hoạt động của khối, cụm; báo cáo, tự chấm điểm và chấm điểm chéo đúng hạn, khách quan.',
    '4. Thực hành tiết kiệm, phòng, chống tham nhũng, tiêu cực, lãng phí.',
  ].join('\n');
}
