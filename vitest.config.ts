import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const shared = { testTimeout: 20_000, hookTimeout: 60_000 }
/** No module keeps anything, so that files may share what they import: loading it anew for each took longer than many tests. */
const together = { ...shared, isolate: false }

export default defineConfig({
  plugins: [vue()],
  test: {
    ...shared,
    maxWorkers: 2,
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'unit', ...together, include: ['{contracts,webhooks,scoring,bot,templates,datastore,server,inbox-ui,simulator,scripts}/**/*.test.ts'], exclude: ['**/*.medium.test.ts'] } },
      { extends: true, test: { name: 'medium', ...together, include: ['{datastore,server,simulator}/**/*.medium.test.ts', 'tests/datastore/**/*.test.ts'] } },
      { extends: true, test: { name: 'e2e', ...together, testTimeout: 180_000, hookTimeout: 180_000, include: ['tests/{e2e,crash}/**/*.test.ts'], globalSetup: ['tests/support/prepare-demo-house.ts'] } },
    ],
  },
})
