/** Who did something, as stores read it for the door. */

import type { SubjectId } from '../domain/ids.ts';
import type { Role } from '../domain/role.ts';

export interface ColleagueView {
  readonly id: SubjectId;
  readonly name: string;
}

/** Who did it; `name` is for staff's eyes only. */
export interface ActorView {
  readonly id: SubjectId | null;
  readonly role: Role | 'system' | 'provider';
  readonly name: string | null;
}
