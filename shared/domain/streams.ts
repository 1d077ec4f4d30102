/** The four kinds of stream: how each is folded and which commands it takes. The one roster of all commands. */
import type { Fold, Place, RecordedEvent } from '../journal.ts';
import type { Bloc, BlocEvent } from './bloc.ts';
import { blocCommands, evolveBloc, initialBloc } from './bloc-year.ts';
import type { AnyCommand } from './command.ts';
import { type Council, type CouncilEvent, evolveCouncil, initialCouncil } from './council.ts';
import { councilCommands } from './council-year.ts';
import type { StreamKind } from './ids.ts';
import {
  evolveProvince,
  initialProvince,
  type Province,
  type ProvinceEvent,
  provinceCommands,
} from './province.ts';
import { evolveSeason, initialSeason, type Season, type SeasonEvent, seasonCommands } from './season.ts';
import { upcast } from './upcasters.ts';

/** The state that each kind of stream folds to. */
export type StateOf = { province: Province; season: Season; bloc: Bloc; council: Council };

function foldOf<State, Event>(
  initial: State,
  evolve: (state: State, event: Event, place: Place) => State,
): Fold<State> {
  // What the journal holds was decided by this code or raised to its form; the hash proves that it is unchanged.
  return { initial, evolve: (state, event, place) => evolve(state, event as Event, place), upcast };
}

/** How each kind is folded. */
export const folds: { readonly [K in StreamKind]: Fold<StateOf[K]> } = {
  province: foldOf<Province, ProvinceEvent>(initialProvince, evolveProvince),
  season: foldOf<Season, SeasonEvent>(initialSeason, evolveSeason),
  bloc: foldOf<Bloc, BlocEvent>(initialBloc, evolveBloc),
  council: foldOf<Council, CouncilEvent>(initialCouncil, evolveCouncil),
};

/** Every command of the product, by the kind of stream it is for. */
export const commands = {
  province: provinceCommands,
  season: seasonCommands,
  bloc: blocCommands,
  council: councilCommands,
} as const;

/** A command of a kind by its name; undefined when there is none. */
export function commandNamed(kind: StreamKind, name: string): AnyCommand<never, RecordedEvent> | undefined {
  const roster = commands[kind] as Readonly<Record<string, AnyCommand<never, RecordedEvent>>>;
  return Object.hasOwn(roster, name) ? roster[name] : undefined;
}

/** Every command with its kind and name, in roster order. */
export function allCommands(): readonly {
  kind: StreamKind;
  name: string;
  command: AnyCommand<never, RecordedEvent>;
}[] {
  return (Object.keys(commands) as StreamKind[]).flatMap((kind) =>
    Object.keys(commands[kind]).flatMap((name) => {
      const command = commandNamed(kind, name);
      return command ? [{ kind, name, command }] : [];
    }),
  );
}
