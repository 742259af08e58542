import { NotANotebook, readNotebook, writeNotebook } from '../notebookText';

const ON_DISK = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "a1",
   "metadata": {
    "trusted": true
   },
   "outputs": [
    {
     "data": {
      "application/json": [
       "a",
       "b"
      ],
      "text/plain": [
       "x\\n",
       "y"
      ]
     },
     "metadata": {},
     "output_type": "display_data"
    },
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "one\\n",
      "two\\n"
     ]
    }
   ],
   "source": [
    "import os\\n",
    "os.getcwd()"
   ]
  },
  {
   "attachments": {
    "a.png": {
     "image/png": "QUJD"
    }
   },
   "cell_type": "markdown",
   "id": "b2",
   "metadata": {
    "tags": [
     "keep"
    ]
   },
   "source": []
  }
 ],
 "metadata": {
  "kernelspec": {
   "name": "python3"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

describe('readNotebook', () => {
  it('trusts no cell', () => {
    const notebook = readNotebook(ON_DISK);
    expect(JSON.stringify(notebook)).not.toContain('trusted');
  });

  it('joins lines, and leaves JSON data alone', () => {
    expect(readNotebook(ON_DISK).cells).toMatchObject([
      {
        source: 'import os\nos.getcwd()',
        outputs: [
          {
            data: { 'text/plain': 'x\ny', 'application/json': ['a', 'b'] }
          },
          { text: 'one\ntwo\n' }
        ]
      },
      { source: '', metadata: { tags: ['keep'] } }
    ]);
  });

  it.each([
    ['', 'text that is none'],
    ['{}', 'an object without cells'],
    ['[]', 'a list'],
    ['{"cells": [], "nbformat": 3}', 'an older format']
  ])('refuses %s: %s', text => {
    expect(() => readNotebook(text)).toThrow(NotANotebook);
  });

  it('survives odd cells', () => {
    const text = '{"cells": [null, 1, {"metadata": null}], "nbformat": 4}';
    expect(readNotebook(text).cells).toEqual([null, 1, { metadata: {} }]);
  });
});

describe('writeNotebook', () => {
  it('gives back what was on disk, but for the trust', () => {
    const written = writeNotebook(readNotebook(ON_DISK));
    const untrusted = ON_DISK.replace(
      '"metadata": {\n    "trusted": true\n   }',
      '"metadata": {}'
    );
    expect(written).toBe(untrusted);
  });

  it('takes the trust of this session out', () => {
    const cell = { cell_type: 'code', metadata: { trusted: true }, source: '' };
    const text = writeNotebook({ cells: [cell], metadata: {}, nbformat: 4 });
    expect(text).not.toContain('trusted');
  });

  it('refuses what is no notebook', () => {
    expect(() => writeNotebook('text')).toThrow(NotANotebook);
  });
});
