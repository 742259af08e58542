import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import a11y from 'eslint-plugin-jsx-a11y';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const [scripts, schemas] = jupyter.configs.recommended.map(config => ({
  ...config,
  plugins: { jupyter },
  rules: Object.fromEntries(
    Object.keys(config.rules).map(rule => [rule, 'error'])
  )
}));

export default tseslint.config(
  {
    ignores: [
      '.venv',
      '.apex-ws',
      'lib',
      'dist',
      'build',
      'coverage',
      'jupyter_apex_ws',
      'tests',
      'docs',
      'src/api/generated.ts',
      '*.config.*',
      'style/index.js'
    ]
  },
  {
    files: ['src/**/*.{ts,tsx}', 'ui-tests/**/*.ts'],
    extends: [
      ...tseslint.configs.recommendedTypeChecked,
      a11y.flatConfigs.recommended,
      prettier
    ],
    plugins: { 'react-hooks': hooks },
    languageOptions: {
      parserOptions: {
        project: './tsconfig.test.json',
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      ...hooks.configs.recommended.rules,
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/consistent-type-imports': 'off',
      'max-lines': ['error', { max: 400 }],
      'no-console': ['error', { allow: ['warn', 'error'] }],
      eqeqeq: 'error',
      curly: 'error'
    }
  },
  { ...scripts, files: ['src/**/*.{ts,tsx}'] },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      // Lumino's `connect(method, thisArg)` binds; the jupyter rules check that the second argument is there.
      '@typescript-eslint/unbound-method': 'off',
      // What is on the screen from the start is needed at the start: only what is large is worth a second request.
      'jupyter/prefer-lazy-imports': ['error', { minimumSize: 32768 }]
    }
  },
  { ...schemas, files: ['schema/*.json'] },
  {
    files: ['**/__tests__/**', 'ui-tests/**'],
    rules: {
      'max-lines': ['error', { max: 600 }],
      '@typescript-eslint/unbound-method': 'off'
    }
  }
);
