/** Every command of the extension; the schemas are checked against this list. */
export const CommandIds = {
  openFinder: 'apex-ws:open-finder',
  openItem: 'apex-ws:open-item',
  showInFileBrowser: 'apex-ws:show-in-file-browser',
  shareItem: 'apex-ws:share-item',
  shareFound: 'apex-ws:share-found',
  copyPath: 'apex-ws:copy-path',
  downloadItem: 'apex-ws:download-item',
  refreshFinder: 'apex-ws:refresh-finder'
} as const;
