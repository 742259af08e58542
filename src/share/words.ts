// The sentences of the share dialog: what a role allows, what came of an act.
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ApexError } from '../api/errors';
import type { Grant, Principal, Role } from '../api/types';
import { visibleText } from '../ui/visibleText';
import { principalName } from '../ui/words';
import { untilText } from './expiry';

/** Roles that can be given, lowest first. */
const ROLES: readonly Role[] = ['viewer', 'contributor', 'editor', 'manager'];

/** Those that can be given on a file or folder: only a folder is a drop box. */
export function rolesFor(type: 'file' | 'folder'): readonly Role[] {
  return ROLES.filter(role => type === 'folder' || role !== 'contributor');
}

/** Who it is, as the beginning of a sentence. */
export function who(principal: Principal, trans: TranslationBundle): string {
  switch (principal.kind) {
    case 'user':
      return visibleText(principal.name);
    case 'group':
      return trans.__('Everyone in %1', visibleText(principal.name));
    case 'everyone':
      return trans.__('Everyone on this hub');
  }
}

/** "bob can read this folder until 30 November." */
export function accessSentence(
  grant: Grant,
  now: Date,
  trans: TranslationBundle
): string {
  const folder = grant.type === 'folder';
  const name = who(grant.grantee, trans);
  if (grant.expires_at === null) {
    return openSentence(grant.role, folder, name, trans);
  }
  const until = untilText(grant.expires_at, now, trans);
  return limitedSentence(grant.role, folder, name, until, trans);
}

function openSentence(
  role: Role,
  folder: boolean,
  name: string,
  trans: TranslationBundle
): string {
  switch (role) {
    case 'viewer':
      return folder
        ? trans.__('%1 can read this folder.', name)
        : trans.__('%1 can read this file.', name);
    case 'contributor':
      return trans.__('%1 can add files to this folder.', name);
    case 'editor':
      return folder
        ? trans.__('%1 can read and change this folder.', name)
        : trans.__('%1 can read and change this file.', name);
    case 'manager':
      return folder
        ? trans.__('%1 can read, change and share this folder.', name)
        : trans.__('%1 can read, change and share this file.', name);
  }
}

function limitedSentence(
  role: Role,
  folder: boolean,
  name: string,
  until: string,
  trans: TranslationBundle
): string {
  switch (role) {
    case 'viewer':
      return folder
        ? trans.__('%1 can read this folder until %2.', name, until)
        : trans.__('%1 can read this file until %2.', name, until);
    case 'contributor':
      return trans.__('%1 can add files to this folder until %2.', name, until);
    case 'editor':
      return folder
        ? trans.__('%1 can read and change this folder until %2.', name, until)
        : trans.__('%1 can read and change this file until %2.', name, until);
    case 'manager':
      return folder
        ? trans.__(
            '%1 can read, change and share this folder until %2.',
            name,
            until
          )
        : trans.__(
            '%1 can read, change and share this file until %2.',
            name,
            until
          );
  }
}

/** What a removal did. */
export function removedSentence(
  grant: Grant,
  lastWayIn: boolean,
  trans: TranslationBundle
): string {
  if (grant.state !== 'active') {
    return trans.__(
      'The share with %1 is removed.',
      principalName(grant.grantee, trans)
    );
  }
  const name = who(grant.grantee, trans);
  if (!lastWayIn) {
    return trans.__(
      '%1 keeps the access listed below; this share is removed.',
      name
    );
  }
  return grant.type === 'folder'
    ? trans.__('%1 no longer has access to this folder.', name)
    : trans.__('%1 no longer has access to this file.', name);
}

/** What is asked before somebody's last way in is removed. */
export function removeQuestion(
  grant: Grant,
  otherGroups: boolean,
  trans: TranslationBundle
): string {
  const name = who(grant.grantee, trans);
  if (grant.grantee.kind !== 'user') {
    return trans.__(
      '%1 loses access, except people who are listed here by another way. Remove it?',
      name
    );
  }
  return otherGroups
    ? trans.__(
        '%1 loses access, unless a group listed here gives it. Remove it?',
        name
      )
    : trans.__('%1 then has no way in. Remove it?', name);
}

/** A refusal, with the field of the form that it is about (null: all of it). */
export interface IRefusal {
  readonly field: 'grantee' | 'role' | 'expires_at' | 'note' | null;
  readonly detail: string;
}

/** Why the service refused, near the field where that is known. */
export function refusalOf(error: ApexError): IRefusal {
  for (const field of ['grantee', 'role', 'expires_at', 'note'] as const) {
    const detail = error.errors.find(
      e => e.pointer === `/${field}` || e.pointer.startsWith(`/${field}/`)
    )?.detail;
    if (detail) {
      return { field, detail };
    }
  }
  const others = error.errors.map(e => e.detail);
  return { field: null, detail: [error.detail, ...others].join(' ') };
}

/** What is the matter with a share that gives nothing now; null for one in force. */
export function stateSentence(
  grant: Grant,
  trans: TranslationBundle
): string | null {
  switch (grant.state) {
    case 'active':
      return null;
    case 'expired':
      return trans.__('Expired: it gives no access any more.');
    case 'suspended':
      return trans.__(
        'Suspended: what was shared is no longer found under its name. It gives no access until it is found again.'
      );
  }
}
