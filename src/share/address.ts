// The address of a share that can be passed on: it opens in the receiver's own server.
import { URLExt } from '@jupyterlab/coreutils';

import type { Grant } from '../api/types';

/** Where the hub is, from the page's configuration: its origin where that is another one, and its prefix. */
export interface IHubPlace {
  readonly origin: string;
  readonly prefix: string;
}

/**
 * The address of an item in the drive `Shared` as those have it who hold `grants` on it; null where it would not open
 * the item for all of them: it reaches somebody as a part of a larger share, or by a name that another share of the same
 * owner has too. It gives no access.
 */
export function addressOf(
  grants: readonly Grant[],
  allOfOwner: readonly Grant[],
  hub: IHubPlace
): string | null {
  const inForce = grants.filter(grant => grant.state === 'active');
  const [first] = inForce;
  if (!first || inForce.some(grant => grant.inherited_from !== null)) {
    return null;
  }
  const isNameOfAnother = allOfOwner.some(
    grant => grant.name === first.name && grant.path !== first.path
  );
  if (isNameOfAnother) {
    return null;
  }
  // The hub takes one encoding away before it sends people on.
  const names = [`Shared:${first.owner.name}`, first.name].map(name =>
    encodeURIComponent(encodeURIComponent(name))
  );
  return (
    hub.origin +
    URLExt.join(hub.prefix, 'user-redirect', 'lab', 'tree', ...names)
  );
}
