// What the Finder lists, of whatever source: one shape.
import type { Entry, Grant, Hit, Principal, Role } from '../api/types';
import { isDropBox } from '../ui/words';

export type Source = 'own' | 'with-me' | 'by-me' | 'shared';

/** A right that is shown at a row: mine on what others shared, somebody's on what I shared. */
export interface IRight {
  readonly who: Principal;
  readonly role: Role;
  /** Null: for good. */
  readonly until: string | null;
}

export interface IRow {
  /** The same for the same thing in the same list. */
  readonly id: string;
  readonly source: Source;
  readonly name: string;
  readonly type: Entry['type'];
  readonly kind: Entry['kind'];
  /** Null for own files. */
  readonly root: string | null;
  /** Null where the name cannot be written in a path. */
  readonly path: string | null;
  /** The folders above it, from the outermost that the person may know. */
  readonly where: readonly string[];
  readonly modified: string | null;
  /** Null for own files. */
  readonly owner: Principal | null;
  readonly rights: readonly IRight[];
  readonly note: string | null;
  /** Whether others have access through a grant on this very item. */
  readonly shared: boolean;
  readonly mayShare: boolean;
  /** One adds to it without seeing what is in it. */
  readonly isDropBox: boolean;
  /** It is not found under its name, so nobody can open it now. */
  readonly suspended: boolean;
}

/** Between the id of a folder and what is in it; no name has it. */
const BELOW = '\u0000';

const ROLES: readonly Role[] = ['contributor', 'viewer', 'editor', 'manager'];

/** An own file or folder. `sharedPaths` are those that carry a grant of mine. */
export function ownRow(entry: Entry, sharedPaths: ReadonlySet<string>): IRow {
  return {
    id: rowId('own', null, entry.path ?? entry.entry ?? entry.name),
    source: 'own',
    name: entry.name,
    type: entry.type,
    kind: entry.kind,
    root: null,
    path: entry.path,
    where: foldersAbove(entry.path),
    modified: entry.modified_at,
    owner: null,
    rights: [],
    note: null,
    shared: entry.path !== null && sharedPaths.has(entry.path),
    mayShare: true,
    isDropBox: false,
    suspended: false
  };
}

/** Something of somebody else that a search found. */
export function hitRow(hit: Hit): IRow {
  const below = foldersAbove(hit.path);
  return {
    id: rowId('shared', hit.workspace, hit.path ?? hit.entry ?? hit.name),
    source: 'shared',
    name: hit.name,
    type: hit.type,
    kind: hit.kind,
    root: hit.workspace,
    path: hit.path,
    where: hit.share_name === null ? below : [hit.share_name, ...below],
    modified: hit.modified_at,
    owner: hit.owner,
    rights: [],
    note: null,
    shared: hit.shared,
    mayShare: hit.permissions.includes('share'),
    isDropBox: false,
    suspended: false
  };
}

/** An entry in a shared folder that was opened in the list. */
export function childRow(parent: IRow, entry: Entry): IRow {
  return {
    id: `${parent.id}${BELOW}${entry.entry ?? entry.name}`,
    source: parent.source,
    name: entry.name,
    type: entry.type,
    kind: entry.kind,
    root: parent.root,
    path: entry.path,
    where: [...parent.where, parent.name],
    modified: entry.modified_at,
    owner: parent.owner,
    rights: [],
    note: null,
    shared: entry.shared,
    mayShare: entry.permissions.includes('share'),
    isDropBox: false,
    suspended: false
  };
}

/** Whether a row was listed in an opened folder, at any depth. */
export function isBelow(id: string, folder: string): boolean {
  return id.startsWith(folder + BELOW);
}

/** What others shared with me: one row an item, however many grants lead to it. */
export function rowsWithMe(grants: readonly Grant[]): IRow[] {
  return grouped(grants).map(group => {
    const [first] = group;
    const strongest = group.reduce(stronger);
    return {
      ...itemRow('with-me', first),
      owner: first.owner,
      rights: [rightOf(strongest, strongest.owner)],
      note: strongest.note,
      mayShare: group.some(grant => grant.permissions.includes('share')),
      isDropBox: group.every(grant => isDropBox(grant.permissions)),
      suspended: group.every(grant => grant.state === 'suspended')
    };
  });
}

/** What I shared: one row an item, with everybody who has access through a grant on it. `me` is my name. */
export function rowsByMe(grants: readonly Grant[], me: string | null): IRow[] {
  return grouped(grants).map(group => {
    const [first] = group;
    const own = isPerson(first.owner, me);
    return {
      ...itemRow('by-me', first),
      root: own ? null : first.workspace,
      owner: own ? null : first.owner,
      rights: group.map(grant => rightOf(grant, grant.grantee)),
      shared: true,
      mayShare: true,
      suspended: group.every(grant => grant.state === 'suspended')
    };
  });
}

/** The own paths that carry a grant, for the badges of own rows. */
export function sharedPathsOf(byMe: readonly IRow[]): ReadonlySet<string> {
  const own = byMe.filter(row => row.root === null && row.path !== null);
  return new Set(own.map(row => row.path as string));
}

function itemRow(source: Source, grant: Grant): IRow {
  return {
    id: rowId(source, grant.workspace, grant.path),
    source,
    name: grant.name,
    type: grant.type,
    kind: grant.kind,
    root: grant.workspace,
    path: grant.path,
    where: foldersAbove(grant.path),
    modified: null,
    owner: null,
    rights: [],
    note: grant.note,
    shared: false,
    mayShare: false,
    isDropBox: false,
    suspended: false
  };
}

/** Grants by item, in the order in which the items come first. Ended ones give nothing. */
function grouped(grants: readonly Grant[]): [Grant, ...Grant[]][] {
  const items = new Map<string, [Grant, ...Grant[]]>();
  for (const grant of grants) {
    if (grant.state === 'expired') {
      continue;
    }
    const item = JSON.stringify([grant.workspace, grant.path]);
    const group = items.get(item);
    if (group) {
      group.push(grant);
    } else {
      items.set(item, [grant]);
    }
  }
  return [...items.values()];
}

/** The grant that gives more; of two equal ones that which lasts longer. */
function stronger(one: Grant, other: Grant): Grant {
  const roles = ROLES.indexOf(one.role) - ROLES.indexOf(other.role);
  if (roles !== 0) {
    return roles > 0 ? one : other;
  }
  const lasts = (grant: Grant) =>
    grant.expires_at === null ? Infinity : Date.parse(grant.expires_at);
  return lasts(other) > lasts(one) ? other : one;
}

function rightOf(grant: Grant, who: Principal): IRight {
  return { who, role: grant.role, until: grant.expires_at };
}

function isPerson(principal: Principal, name: string | null): boolean {
  return principal.kind === 'user' && principal.name === name;
}

function foldersAbove(path: string | null): string[] {
  return path === null ? [] : path.split('/').slice(0, -1);
}

function rowId(source: Source, root: string | null, rest: string): string {
  return `${source}:${root ?? ''}:${rest}`;
}
