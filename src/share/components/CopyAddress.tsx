import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

export interface ICopyAddressProps {
  address: string;
  /** Whether the browser let it into the clipboard. */
  done: (isCopied: boolean) => void;
  trans: TranslationBundle;
}

/** Puts the address that receivers open into the clipboard. It gives nobody access. */
export function CopyAddress(props: ICopyAddressProps): ReactElement {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.address);
      props.done(true);
    } catch {
      props.done(false);
    }
  };
  return (
    <button
      type="button"
      className="jp-ApexLink jp-ApexShare-copy"
      title={props.address}
      onClick={() => void copy()}
    >
      {props.trans.__('Copy address')}
    </button>
  );
}
