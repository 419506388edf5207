const rate = 16_000

/** Records the microphone until it is stopped, and gives a WAV file: every browser plays it, and no encoder is needed. Rejects when the microphone is refused. */
export async function startRecording(): Promise<{ stop: () => Promise<Blob>, cancel: () => void }> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  const recorder = new MediaRecorder(stream)
  const parts: Blob[] = []
  recorder.addEventListener('dataavailable', event => parts.push(event.data))
  recorder.start()
  const end = () => stream.getTracks().forEach(track => track.stop())
  return {
    cancel: () => { recorder.stop(); end() },
    stop: async () => {
      const stopped = new Promise(resolve => recorder.addEventListener('stop', resolve, { once: true }))
      recorder.stop()
      await stopped
      end()
      return wavOf(new Blob(parts, { type: recorder.mimeType }))
    },
  }
}

async function wavOf(recorded: Blob): Promise<Blob> {
  const sound = await new AudioContext().decodeAudioData(await recorded.arrayBuffer())
  const mixer = new OfflineAudioContext(1, Math.max(1, Math.ceil(sound.duration * rate)), rate)
  const source = mixer.createBufferSource()
  source.buffer = sound
  source.connect(mixer.destination)
  source.start()
  const samples = (await mixer.startRendering()).getChannelData(0)
  const file = new DataView(new ArrayBuffer(44 + samples.length * 2))
  const text = (at: number, word: string) => [...word].forEach((letter, i) => file.setUint8(at + i, letter.charCodeAt(0)))
  text(0, 'RIFF')
  file.setUint32(4, file.byteLength - 8, true)
  text(8, 'WAVEfmt ')
  file.setUint32(16, 16, true)
  file.setUint16(20, 1, true)
  file.setUint16(22, 1, true)
  file.setUint32(24, rate, true)
  file.setUint32(28, rate * 2, true)
  file.setUint16(32, 2, true)
  file.setUint16(34, 16, true)
  text(36, 'data')
  file.setUint32(40, samples.length * 2, true)
  samples.forEach((sample, i) => file.setInt16(44 + i * 2, Math.max(-1, Math.min(1, sample)) * 32_767, true))
  return new Blob([file.buffer], { type: 'audio/wav' })
}
