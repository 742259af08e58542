// The words of roles, the same everywhere.
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Grant, Principal, Role } from '../api/types';
import { visibleText } from './visibleText';

/** "Editor". */
export function roleName(role: Role, trans: TranslationBundle): string {
  switch (role) {
    case 'viewer':
      return trans.__('Viewer');
    case 'contributor':
      return trans.__('Contributor');
    case 'editor':
      return trans.__('Editor');
    case 'manager':
      return trans.__('Manager');
  }
}

/** "can edit", for a row of a list. */
export function roleAbility(role: Role, trans: TranslationBundle): string {
  switch (role) {
    case 'viewer':
      return trans.__('can read');
    case 'contributor':
      return trans.__('can add files');
    case 'editor':
      return trans.__('can edit');
    case 'manager':
      return trans.__('can edit and share');
  }
}

/** One line where a role is chosen. */
export function roleExplanation(role: Role, trans: TranslationBundle): string {
  switch (role) {
    case 'viewer':
      return trans.__('Viewer: may read, may not change or share');
    case 'contributor':
      return trans.__(
        'Contributor: may add files, does not see what is in the folder'
      );
    case 'editor':
      return trans.__('Editor: may change and add, may not share');
    case 'manager':
      return trans.__('Manager: may change, add and share');
  }
}

/** Whether one adds to it without seeing what others added. */
export function isDropBox(permissions: readonly string[]): boolean {
  return permissions.includes('create') && !permissions.includes('list');
}

/** What a drop box says of itself. */
export function dropBoxWords(trans: TranslationBundle): string {
  return trans.__(
    'You may add files here. You do not see what others added, nor what you added.'
  );
}

/** How a person, a group or everyone is called in lists. */
export function principalName(
  principal: Principal,
  trans: TranslationBundle
): string {
  return principal.kind === 'everyone'
    ? trans.__('Everyone on this hub')
    : visibleText(principal.name);
}

/** What is said beside the name; empty where there is no more to say. */
export function principalDetail(
  principal: Principal,
  trans: TranslationBundle
): string {
  switch (principal.kind) {
    case 'user':
      return visibleText(principal.display_name);
    case 'group':
      return principal.members === null
        ? trans.__('group')
        : trans._n('group, %1 person', 'group, %1 people', principal.members);
    case 'everyone':
      return trans.__('also who comes later');
  }
}

/** "you may change it": what the asking person may do with an item, for a banner. */
export function youMay(
  permissions: readonly string[],
  trans: TranslationBundle
): string {
  return permissions.includes('write')
    ? trans.__('you may change it')
    : trans.__('you may read');
}

/** Whether a grant is of use now. */
export function isActive(grant: Grant): boolean {
  return grant.state === 'active';
}
