// The words of roles, the same everywhere.
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Grant, Role } from '../api/types';

/** "Editor". */
export function roleName(role: Role, trans: TranslationBundle): string {
  switch (role) {
    case 'viewer':
      return trans.__('Viewer');
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
    case 'editor':
      return trans.__('Editor: may change and add, may not share');
    case 'manager':
      return trans.__('Manager: may change, add and share');
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
