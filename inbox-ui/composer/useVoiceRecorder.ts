import { useIntervalFn } from '@vueuse/core'
import { onScopeDispose, ref, shallowRef } from 'vue'
import { planRecording, toWav, waveformOf } from './recording.ts'

export type RecordingState = 'asking' | 'recording' | 'refused'

/** A recording, ready to be uploaded; `waveform` as loud as it was, at most 64 values, 0…1. */
export type Recorded = { blob: Blob, name: string, waveform: number[] }

/** Microphones are only given to pages that came over a secure connection. */
export function canRecord(): boolean {
  return typeof MediaRecorder !== 'undefined' && Boolean(navigator.mediaDevices?.getUserMedia)
}

/** Longest voice note, seconds: what is written out as WAV stays within the 16 MB that a channel takes. */
export const longest = 480

/** Levels that are drawn while one speaks. */
const drawn = 64

/**
 * Records from the microphone and hears how loud it is.
 * The microphone is on only while this is in use: whoever leaves ends the recording, and `left` is given it.
 *
 * @param types what the network takes as a voice note; anything where it is not known
 * @param on what is told meanwhile
 * @param on.full it has become as long as a voice note may be
 * @param on.left what was recorded until this was left, unless it was discarded
 * @param now the time, Unix milliseconds
 */
export function useVoiceRecorder(types: readonly string[] | undefined, on: { full: () => void, left: (recording: Recorded) => void }, now: () => number = Date.now) {
  const state = ref<RecordingState>('asking')
  const seconds = ref(0)
  const levels = shallowRef<number[]>([])
  const plan = typeof MediaRecorder === 'undefined' ? null : planRecording(types, mime => MediaRecorder.isTypeSupported(mime))
  let recorder: MediaRecorder | null = null
  let stream: MediaStream | null = null
  let sound: AudioContext | null = null
  let listen: (() => number) | null = null
  let began = 0
  let ended = false
  const chunks: Blob[] = []
  const heard: number[] = []

  const ticking = useIntervalFn(() => {
    seconds.value = (now() - began) / 1000
    heard.push(listen?.() ?? 0)
    levels.value = heard.slice(-drawn)
    if (seconds.value >= longest) {
      ticking.pause()
      on.full()
    }
  }, 90, { immediate: false })

  async function start() {
    // One channel: WhatsApp takes no other voice notes.
    try { stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } }) }
    catch {
      state.value = 'refused'
      return
    }
    // Allowed after it was given up: the microphone must not stay open.
    if (ended) { release(); return }
    recorder = new MediaRecorder(stream, plan?.mime ? { mimeType: plan.mime } : {})
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
  async function recorded(mime: string): Promise<Recorded | null> {
    const taken = new Blob(chunks, { type: mime })
    if (taken.size === 0) return null
    // What cannot be written out leaves as it is, and the lane says whether it takes it.
    const blob = plan?.toWav ? await toWav(taken).catch(() => taken) : taken
    return { blob, name: `voice.${blob.type.split('/')[1]}`, waveform: waveformOf(heard) }
  }
  /** Ends the recording; null when nothing was recorded. */
  function finish(): Promise<Recorded | null> {
    const running = recorder
    if (!running || running.state === 'inactive') return Promise.resolve(null)
    return new Promise((resolve) => {
      running.onstop = () => {
        release()
        resolve(recorded(running.mimeType.split(';')[0] || 'audio/webm'))
      }
      running.stop()
    })
  }
  /** Throws away what was recorded, and lets go of the microphone. */
  function discard() {
    ended = true
    if (recorder && recorder.state !== 'inactive') recorder.stop()
    release()
  }
  onScopeDispose(() => {
    const made = ended ? Promise.resolve(null) : finish()
    ended = true
    void made.then((recording) => { if (recording) on.left(recording) })
    release()
  })
  return { state, seconds, levels, start, finish, discard }
}
