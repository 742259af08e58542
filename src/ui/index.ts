/** The parts that all features are built of. */
export { EmptyState, type IEmptyStateProps } from './EmptyState';
export { ErrorBoundary } from './ErrorBoundary';
export { count, day, exactTime, moment, relativeTime, size } from './format';
export {
  applicationPackageIcon,
  datasetIcon,
  finderIcon,
  iconOfKind,
  iconOfPrincipal,
  sharedIcon
} from './icons';
export { type IPickerValue, NOBODY, PrincipalPicker } from './PrincipalPicker';
export {
  EMPTY,
  LOADING,
  type RemoteState,
  ready,
  readyList,
  stateOfError
} from './remoteState';
export { RemoteView } from './RemoteView';
export { useModel, useSignal } from './useModel';
export {
  dropBoxWords,
  isActive,
  isDropBox,
  roleAbility,
  roleExplanation,
  roleName,
  youMay
} from './words';
