/** What can be said to a Council: appraisal, session and publication, and the way to start a phase again. */
import * as z from 'zod';
import { ok, refuse } from '../result.ts';
import { isOfBoard } from './actor.ts';
import { appraisalCommands } from './appraisal.ts';
import { conveningCommands } from './convening.ts';
import { councilCommand, councilPhases, councilRunOf, isCouncilPhaseOver } from './council.ts';
import { sessionCommands } from './council-session.ts';
import { publicationCommands } from './publication.ts';
import { submissionCommands } from './submission.ts';

export const councilCommands = {
  ...appraisalCommands,
  ...conveningCommands,
  ...sessionCommands,
  ...submissionCommands,
  ...publicationCommands,

  RestartCouncilPhase: councilCommand({
    vi: 'Chạy lại quy trình của Hội đồng',
    en: "Start a phase's workflow again from its first state; it arrives where it was",
    payload: z.object({ phase: z.enum(councilPhases), reason: z.string().min(1).max(500) }),
    copies: [],
    can: isOfBoard,
    decide(state, { phase, reason }) {
      if (!state.terms) return refuse('not-found');
      if (isCouncilPhaseOver(state, phase))
        return refuse('wrong-phase', { vi: 'Bước này đã xong.', en: 'This phase is over.' });
      return ok([
        { type: 'CouncilPhaseRestarted', v: 1, phase, run: councilRunOf(state, phase) + 1, reason },
      ]);
    },
  }),
};
