/** The plan of a milestone, read from the journal: what tasks and reactions both decide by. */
import * as z from 'zod';
import { councilRunOf, councilStream } from '../shared/domain/council.ts';
import { streamRefOf } from '../shared/domain/ids.ts';
import type { BlocMilestone, CouncilMilestone } from '../shared/domain/plan.ts';
import {
  blocMilestones,
  blocPlan,
  councilMilestones,
  councilPlan,
  type Milestone,
  type Plan,
} from '../shared/domain/plan.ts';
import { type Next, nextOf } from '../shared/workflow/workflow.ts';
import type { Deps } from './deps.ts';
import { Misfit } from './execute.ts';

const ofBloc: readonly string[] = Object.values(blocMilestones).flat();
const ofCouncil: readonly string[] = Object.values(councilMilestones).flat();

/** A milestone's name. */
export const MilestoneName = z.custom<Milestone>(
  (name) => typeof name === 'string' && (ofBloc.includes(name) || ofCouncil.includes(name)),
  'is not a milestone',
);

/** The plan of a stream's milestone now, and the execution that follows when it is done. */
export async function readPlan(
  deps: Deps,
  name: string,
  milestone: Milestone,
): Promise<{ readonly plan: Plan; readonly next: Next | null }> {
  const ref = streamRefOf(name);
  if (ref?.kind === 'bloc' && ofBloc.includes(milestone)) {
    const { state } = await deps.journal.load(ref);
    const plan = blocPlan(milestone as BlocMilestone, state, deps.now());
    if (plan.outcome !== 'done') return { plan, next: null };
    switch (milestone) {
      case 'pledge':
        return { plan, next: nextOf(name, 'mid-year-review', state.runs['mid-year-review'] ?? 1) };
      case 'review':
        return { plan, next: nextOf(name, 'cross-scoring', state.runs['cross-scoring'] ?? 1) };
      case 'nomination':
        // The same name and input for every bloc: the first to nominate, or to be closed, starts the one session.
        return { plan, next: nextOf(councilStream(ref.season), 'council-deliberation', 1) };
      default:
        return { plan, next: null };
    }
  }
  if (ref?.kind === 'council' && ofCouncil.includes(milestone)) {
    const { state } = await deps.journal.load(ref);
    const plan = councilPlan(milestone as CouncilMilestone, state, deps.now());
    const next =
      plan.outcome === 'done' && milestone === 'session'
        ? nextOf(name, 'award-publication', councilRunOf(state, 'award-publication'))
        : null;
    return { plan, next };
  }
  throw new Misfit('plan', [{ path: 'milestone', message: `${milestone} is no milestone of ${name}` }]);
}
