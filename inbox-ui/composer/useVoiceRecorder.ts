import { useIntervalFn } from '@vueuse/core'
import { onScopeDispose, ref, shallowRef } from 'vue'

export type RecordingState = 'asking' | 'recording' | 'refused'

/** Containers in the order of what reaches a phone as a voice note: WhatsApp plays ogg with opus. */
const wanted = ['audio/ogg;codecs=opus', 'audio/mp4', 'audio/webm;codecs=opus']

/** Microphones are only given to pages that came over a secure connection. */
export function canRecord(): boolean {
  return typeof MediaRecorder !== 'undefined' && Boolean(navigator.mediaDevices?.getUserMedia)
}

/** Records from the microphone and hears how loud it is, for drawing while one speaks. */
export function useVoiceRecorder(now: () => number = Date.now) {
  const state = ref<RecordingState>('asking')
  const seconds = ref(0)
  const levels = shallowRef<number[]>([])
  let recorder: MediaRecorder | null = null
  let stream: MediaStream | null = null
  let sound: AudioContext | null = null
  let listen: (() => number) | null = null
  let began = 0
  const chunks: Blob[] = []

  const ticking = useIntervalFn(() => {
    seconds.value = (now() - began) / 1000
    levels.value = [...levels.value, listen?.() ?? 0].slice(-64)
  }, 90, { immediate: false })

  async function start() {
    try { stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } }) }
    catch {
      state.value = 'refused'
      return
    }
    const mimeType = wanted.find(type => MediaRecorder.isTypeSupported(type))
    recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {})
    recorder.ondataavailable = event => chunks.push(event.data)
    recorder.start(500)
    sound = new AudioContext()
    const analyser = sound.createAnalyser()
    analyser.fftSize = 512
    sound.createMediaStreamSource(stream).connect(analyser)
    const samples = new Uint8Array(analyser.fftSize)
    listen = () => {
      analyser.getByteTimeDomainData(samples)
      let sum = 0
      for (const sample of samples) sum += ((sample - 128) / 128) ** 2
      return Math.min(1, Math.sqrt(sum / samples.length) * 4)
    }
    began = now()
    state.value = 'recording'
    ticking.resume()
  }
  function release() {
    ticking.pause()
    for (const track of stream?.getTracks() ?? []) track.stop()
    void sound?.close().catch(() => {})
    stream = null
    sound = null
  }
  /** Ends the recording; null when nothing was recorded. */
  function finish(): Promise<{ blob: Blob, name: string } | null> {
    const running = recorder
    if (!running || running.state === 'inactive') return Promise.resolve(null)
    return new Promise((resolve) => {
      running.onstop = () => {
        release()
        const mime = running.mimeType.split(';')[0] ?? 'audio/ogg'
        const blob = new Blob(chunks, { type: mime })
        resolve(blob.size > 0 ? { blob, name: `voice.${mime.split('/')[1]}` } : null)
      }
      running.stop()
    })
  }
  onScopeDispose(() => {
    if (recorder && recorder.state !== 'inactive') recorder.stop()
    release()
  })
  return { state, seconds, levels, start, finish, release }
}
