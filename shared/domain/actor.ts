/**
 * Who may do what: roles, the actor of a command, and the questions every `can` is made of.
 *
 * Sign-in says who; a dated assignment says what they may. Roles on a bloc are held by units (the head of a bloc is
 * a unit, its person is the unit's leader), so they follow from the bloc's record, not from an assignment.
 * Whatever is not allowed by a question here is denied.
 */
import * as z from 'zod';
import type { AccountId, SeatId, UnitId } from './ids.ts';

/** Every role that can be assigned to an account. */
export const assignableRoles = [
  /** Chuyên viên của đơn vị: prepares, registers targets, keeps drafts. */
  'unit-officer',
  /** Thủ trưởng đơn vị: signs and hands in. */
  'unit-leader',
  /** Cấp phó ký KT. or an officer of the unit by TUQ.: signs and hands in like the leader, and is recorded so. */
  'unit-deputy',
  /** Chuyên viên Ban Thi đua - Khen thưởng. */
  'board-specialist',
  /** Trưởng Ban Thi đua - Khen thưởng. */
  'board-head',
  /** Ủy viên Hội đồng. */
  'council-member',
  /** Thư ký Hội đồng, a member too. */
  'council-secretary',
  /** Chủ tịch Hội đồng. */
  'council-chair',
  /** Văn phòng giúp Chủ tịch UBND tỉnh ban hành quyết định. */
  'chairman-office',
  /** Cán bộ giám sát: reads everything that is not secret in time, changes nothing. */
  'auditor',
] as const;

export const AssignableRole = z.enum(assignableRoles);
export type AssignableRole = z.infer<typeof AssignableRole>;

/** A role in which somebody acts; `public` is nobody signed in, `system` the workflow itself. */
export type Role = AssignableRole | 'public' | 'system';

/** Who acts, in which role. */
export type Actor = {
  readonly account: AccountId;
  readonly role: Role;
  readonly unit?: UnitId;
  readonly seat?: SeatId;
  readonly signsAs?: 'KT.' | 'TUQ.';
};

/** The workflow's own tasks and reactions. */
export const systemActor: Actor = { account: 'system' as AccountId, role: 'system' };

/** Nobody signed in. */
export const publicActor: Actor = { account: 'public' as AccountId, role: 'public' };

export function isSystem(actor: Actor): boolean {
  return actor.role === 'system';
}

/** Whether the actor works for this unit, in any of its three roles. */
export function isOfUnit(actor: Actor, unit: UnitId): boolean {
  return (
    actor.unit === unit &&
    (actor.role === 'unit-officer' || actor.role === 'unit-leader' || actor.role === 'unit-deputy')
  );
}

/** Whether the actor may bind the unit: its leader, or who signs for the leader (KT., TUQ.). */
export function canSignFor(actor: Actor, unit: UnitId): boolean {
  return actor.unit === unit && (actor.role === 'unit-leader' || actor.role === 'unit-deputy');
}

/** Whether the actor belongs to the Board (Ban Thi đua - Khen thưởng). */
export function isOfBoard(actor: Actor): boolean {
  return actor.role === 'board-specialist' || actor.role === 'board-head';
}

export function isBoardHead(actor: Actor): boolean {
  return actor.role === 'board-head';
}

/** Whether the actor sits on the Council, as chair, secretary or member. */
export function isOfCouncil(actor: Actor): boolean {
  return (
    actor.role === 'council-member' || actor.role === 'council-secretary' || actor.role === 'council-chair'
  );
}

export function isCouncilChair(actor: Actor): boolean {
  return actor.role === 'council-chair';
}

export function isCouncilSecretary(actor: Actor): boolean {
  return actor.role === 'council-secretary';
}

export function isChairmanOffice(actor: Actor): boolean {
  return actor.role === 'chairman-office';
}

/** Whether the actor may read the journal itself, and its export: the Board and the auditor. */
export function canReadJournal(actor: Actor): boolean {
  return isOfBoard(actor) || actor.role === 'auditor';
}
