// Models as the service gives them, with every field said; a test says what matters to it.
import type {
  Entry,
  Grant,
  Hit,
  LocalStatus,
  Me,
  Principal
} from '../api/types';

export const ALICE: Principal = {
  kind: 'user',
  name: 'alice',
  display_name: 'Alice Ahn',
  members: null
};

export const BOB: Principal = {
  kind: 'user',
  name: 'bob',
  display_name: 'Bob Ray',
  members: null
};

export const HYDROLOGY: Principal = {
  kind: 'group',
  name: 'hydrology',
  display_name: 'hydrology',
  members: 3
};

/** The acts that a role allows, as `permissions` lists them. */
export const PERMISSIONS: Readonly<Record<Grant['role'] | 'owner', string[]>> =
  {
    viewer: ['list', 'read'],
    contributor: ['create'],
    editor: ['list', 'read', 'create', 'write', 'rename'],
    manager: ['list', 'read', 'create', 'write', 'rename', 'share'],
    owner: ['list', 'read', 'create', 'write', 'rename', 'share', 'delete']
  };

export const NOON = '2026-11-20T12:00:00Z';

export function makeEntry(given: Partial<Entry> = {}): Entry {
  const path = given.path ?? 'data/dem_alps.tif';
  const type = given.type ?? 'file';
  return {
    name: path.split('/').pop() ?? '',
    path,
    entry: null,
    type,
    kind: type === 'folder' ? 'folder' : 'dataset',
    size: type === 'folder' ? null : 1234,
    modified_at: NOON,
    media_type: null,
    etag: type === 'folder' ? null : '"1"',
    permissions: PERMISSIONS.viewer,
    shared: false,
    ...given
  };
}

export function makeHit(given: Partial<Hit> = {}): Hit {
  return {
    ...makeEntry(given),
    workspace: 's-1',
    share_name: 'hydrology-2026',
    owner: ALICE,
    ...given
  };
}

/** A grant as its grantee reads it: `workspace` is the share. */
export function makeGrant(given: Partial<Grant> = {}): Grant {
  const role = given.role ?? 'viewer';
  return {
    id: 'g-1',
    workspace: 's-1',
    path: '',
    name: 'hydrology-2026',
    type: 'folder',
    kind: 'folder',
    owner: ALICE,
    grantee: BOB,
    role,
    expires_at: null,
    note: null,
    granted_by: ALICE,
    created_at: NOON,
    state: 'active',
    inherited_from: null,
    permissions: PERMISSIONS[role],
    ...given
  };
}

export function makeMe(given: Partial<Me> = {}): Me {
  return {
    user: 'bob',
    display_name: 'Bob Ray',
    teams: [HYDROLOGY],
    roles: [],
    permissions: [],
    areas: ['studio'],
    default_area: 'studio',
    personal_workspace: 'w-bob',
    namespace: null,
    limits: { max_file_bytes: 5_368_709_120, max_grant_seconds: null },
    now: NOON,
    ...given
  };
}

export function makeLocalStatus(given: Partial<LocalStatus> = {}): LocalStatus {
  return {
    state: 'ready',
    items: 1204,
    refreshed_at: NOON,
    detail: null,
    service: true,
    user: 'bob',
    own_server: true,
    ...given
  };
}
