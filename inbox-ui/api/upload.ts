import type { Attachment } from '#contracts'
import { ApiFailure } from './http.ts'

export type Upload = { done: Promise<Attachment>, cancel: () => void }

export type UploadOptions = {
  csrf: string
  /** Set for a recorded voice note: how loud it was, 0…1, at most 64 values. */
  waveform?: number[]
  onProgress: (share: number) => void
}

/** Sends one file, as a voice note where it was recorded as one; `onProgress` hears the share that has left, 0…1. XMLHttpRequest, because fetch tells nothing of an upload's progress. */
export function uploadFile(file: Blob, filename: string, { csrf, waveform, onProgress }: UploadOptions): Upload {
  const request = new XMLHttpRequest()
  const done = new Promise<Attachment>((resolve, reject) => {
    request.upload.onprogress = event => event.lengthComputable && onProgress(event.loaded / event.total)
    request.onerror = () => reject(new ApiFailure('offline', 'No answer from the server.', 0))
    request.onabort = () => reject(new ApiFailure('cancelled', 'The upload was stopped.', 0))
    request.onload = () => {
      const body = request.response
      if (request.status >= 200 && request.status < 300) resolve(body as Attachment)
      else reject(new ApiFailure(body?.error?.code ?? `http_${request.status}`, body?.error?.message ?? request.statusText, request.status))
    }
  })
  const form = new FormData()
  // What is told of the file stands before it: the server reads the form as it comes.
  if (waveform) form.append('waveform', JSON.stringify(waveform))
  form.append(waveform ? 'voice' : 'file', file, filename)
  request.open('POST', '/api/v1/uploads')
  request.responseType = 'json'
  request.setRequestHeader('x-csrf-token', csrf)
  request.send(form)
  return { done, cancel: () => request.abort() }
}
