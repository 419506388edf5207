import tailwindcss from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

const server = process.env.LOUPE_DEV_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [
    vue(),
    tailwindcss(),
    VitePWA({
      registerType: 'prompt',
      injectRegister: false,
      manifest: {
        name: 'Loupe',
        short_name: 'Loupe',
        description: 'The inbox of houses that sell slowly.',
        start_url: '/inbox',
        scope: '/',
        display: 'standalone',
        background_color: '#f6f3ee',
        theme_color: '#f6f3ee',
        icons: [
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any maskable' },
        ],
      },
      workbox: {
        // Fonts of scripts that a person does not read stay on the server until they are needed.
        globPatterns: ['**/*.{js,css,html,svg}', '**/{inter,fraunces}-latin-wght-*.woff2'],
        navigateFallback: '/index.html',
        navigateFallbackDenylist: [/^\/(?:api|webhooks|socket\.io|simulator|media|l|chat|healthz|readyz|metrics)(?:\/|$)/],
        cleanupOutdatedCaches: true,
      },
    }),
  ],
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    outDir: '../dist/inbox-ui',
    emptyOutDir: true,
    target: 'es2022',
    // The schemas of contracts are needed on the server; here only their types and plain tables are, so that zod stays out.
    rolldownOptions: { treeshake: { moduleSideEffects: [{ test: /\/contracts\//, sideEffects: false }] } },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      // With what follows: `/api` alone would take the modules of the folder `api` as well.
      '^/api/(v1|docs|openapi\\.json)': server,
      '/webhooks': server,
      '/simulator': server,
      '/socket.io': { target: server, ws: true },
    },
  },
})
