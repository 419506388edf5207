import { createApp } from 'vue'
import App from './App.vue'
import { makeLanguages } from './lib/language.ts'
import '@fontsource-variable/inter'
import '@fontsource-variable/fraunces'
import '@fontsource-variable/noto-sans-arabic'
import '@fontsource-variable/noto-sans-devanagari'
import './base.css'

createApp(App).use(makeLanguages()).mount('#app')
