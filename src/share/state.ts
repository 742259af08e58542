// What the share dialog shows, and what follows from grants alone.
import type { Grant, Me, Principal, Role } from '../api/types';
import type { IShareTarget } from '../tokens';
import type { IPickerValue } from '../ui/PrincipalPicker';
import { LOADING, type RemoteState } from '../ui/remoteState';
import type { IExpiry } from './expiry';
import type { IRefusal } from './words';

/** One way in: a grant, and what is going on with it in this dialog. */
export interface ILine {
  readonly grant: Grant;
  /** The asking person's own way in: somebody else changes it. */
  readonly mine: boolean;
  /** Removing it leaves the grantee nothing that is listed here. */
  readonly lastWayIn: boolean;
  readonly busy: boolean;
  readonly refusal: string | null;
}

/** What a line shows beside its grant. */
export interface IMark {
  readonly busy: boolean;
  readonly refusal: string | null;
}

/** Who has access, as the service last said. */
export interface IAccess {
  readonly me: Me;
  readonly owner: Principal | null;
  readonly lines: readonly ILine[];
  /** Where receivers open it in their own servers; null where one address would not do for all. */
  readonly address: string | null;
}

/** What is being filled in. */
export interface IShareForm {
  readonly who: IPickerValue;
  readonly role: Role;
  readonly expiry: IExpiry;
  readonly note: string;
  readonly busy: boolean;
  readonly refusal: IRefusal | null;
}

/** What came of the last act; `undo` is the share that can be given again. */
export interface IOutcome {
  readonly text: string;
  readonly failed: boolean;
  readonly undo: Grant | null;
}

export interface IShareState {
  readonly access: RemoteState<IAccess>;
  readonly form: IShareForm;
  readonly outcome: IOutcome | null;
}

export const NOBODY: IPickerValue = { text: '', chosen: null };

export const FRESH: IShareState = {
  access: LOADING,
  form: {
    who: NOBODY,
    role: 'viewer',
    expiry: { choice: 'never', own: '' },
    note: '',
    busy: false,
    refusal: null
  },
  outcome: null
};

const UNMARKED: IMark = { busy: false, refusal: null };

export function samePrincipal(one: Principal, other: Principal): boolean {
  return one.kind === other.kind && one.name === other.name;
}

/** Whether the grantee has no other way in that is listed. What groups give him besides is not known here. */
export function isLastWayIn(grant: Grant, grants: readonly Grant[]): boolean {
  return !grants.some(
    other =>
      other.id !== grant.id &&
      other.state === 'active' &&
      samePrincipal(other.grantee, grant.grantee)
  );
}

/** Whose item it is; null where nothing that is listed says so. */
export function ownerOf(
  target: IShareTarget,
  me: Me,
  grants: readonly Grant[]
): Principal | null {
  if (target.root === null || target.root === me.personal_workspace) {
    const { user: name, display_name } = me;
    return { kind: 'user', name, display_name, members: null };
  }
  return grants.length > 0 ? grants[0].owner : null;
}

/** With the suspended shares of what was last known under this path: nothing is there that the service lists them for. */
export function withLost(
  grants: readonly Grant[],
  allOfOwner: readonly Grant[],
  path: string
): readonly Grant[] {
  const listed = new Set(grants.map(grant => grant.id));
  const lost = allOfOwner.filter(
    grant =>
      grant.state === 'suspended' &&
      grant.path === path &&
      !listed.has(grant.id)
  );
  return [...grants, ...lost];
}

/** What comes from above first, as in a path; then the item's own, newest first. */
export function linesOf(
  grants: readonly Grant[],
  marks: ReadonlyMap<string, IMark>,
  me: Me
): ILine[] {
  const order = [
    ...grants.filter(g => g.inherited_from !== null),
    ...grants.filter(g => g.inherited_from === null)
  ];
  return order.map(grant => ({
    ...(marks.get(grant.id) ?? UNMARKED),
    grant,
    mine: grant.grantee.kind === 'user' && grant.grantee.name === me.user,
    lastWayIn: isLastWayIn(grant, grants)
  }));
}
