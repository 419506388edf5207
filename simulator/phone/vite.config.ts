import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const simulator = process.env.LOUPE_SIMULATOR ?? 'http://127.0.0.1:8090'

export default defineConfig({
  root: import.meta.dirname,
  // The page lies wherever the server mounts it.
  base: './',
  plugins: [
    vue(),
    // Must run before the first paint, and so may not become a module of the page.
    { name: 'theme-first', transformIndexHtml: { order: 'post', handler: () => [{ tag: 'script', attrs: { src: './theme.js' }, injectTo: 'head' }] } },
  ],
  define: { __VUE_I18N_FULL_INSTALL__: false, __VUE_I18N_LEGACY_API__: false, __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false, __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false },
  build: { outDir: '../../dist/simulator/phone', emptyOutDir: true, target: 'es2022', rolldownOptions: { treeshake: { moduleSideEffects: [{ test: /\/contracts\//, sideEffects: false }] } } },
  server: { host: '127.0.0.1', proxy: { '/api': simulator, '/pieces': simulator, '/control': simulator } },
})
