import { createApp } from 'vue'
import App from './App.vue'
import '@fontsource-variable/inter'
import '@fontsource-variable/fraunces'
import '@fontsource-variable/noto-sans-arabic'
import '@fontsource-variable/noto-sans-devanagari'
import './base.css'

createApp(App).mount('#app')
