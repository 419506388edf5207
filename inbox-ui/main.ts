import { createApp } from 'vue'
import { firstLanguage, languagePlace } from '#contracts'
import App from './App.vue'
import { assemble } from './assemble.ts'
import { setLanguage } from './lib/i18n.ts'
import './app.css'

const app = createApp(App)
const i18n = assemble(app)
await setLanguage(i18n.global, firstLanguage(localStorage.getItem(languagePlace), navigator.languages)).catch(() => {})
app.mount('#app')

if (import.meta.env.PROD) void import('./shell/serviceWorker.ts').then(worker => worker.start())
