import antfu from '@antfu/eslint-config'

export default antfu({
  type: 'app',
  typescript: true,
  vue: true,
  stylistic: { indent: 2, quotes: 'single' },
  markdown: false,
  ignores: ['dist/**', 'data/**', 'docs/**/*.json', 'docs/performance.md'],
}, {
  rules: {
    // Message text and phone numbers must never reach a log, so everything that logs goes through pino.
    'no-console': 'error',
    'ts/no-explicit-any': 'error',
    'ts/consistent-type-definitions': 'off',
    // V8 caches a literal's compilation; a pattern reads best where it is used.
    'e18e/prefer-static-regex': 'off',
    // Its fix turns `Array.from({ length }, () => make())` into one call shared by all.
    'e18e/prefer-array-fill': 'off',
    // A schema and the type inferred from it share one name; the compiler already refuses real redeclarations.
    'ts/no-redeclare': 'off',
    'node/prefer-global/process': 'off',
    'node/prefer-global/buffer': 'off',
    'antfu/no-top-level-await': 'off',
    'antfu/if-newline': 'off',
    'antfu/consistent-list-newline': 'off',
    'style/max-statements-per-line': 'off',
    'unicorn/prefer-number-properties': 'off',
  },
}, {
  // Command lines speak on stdout and stderr; that is what they are for.
  files: ['scripts/**', '**/cli.ts', '**/cli/**', 'tests/bench/**', 'tests/soak/**'],
  rules: { 'no-console': 'off' },
})
