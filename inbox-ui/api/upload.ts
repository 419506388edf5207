import type { Attachment } from '#contracts'
import { ApiFailure } from './http.ts'

export type Upload = { done: Promise<Attachment>, cancel: () => void }

/** Sends one file; `onProgress` hears the share that has left, 0…1. XMLHttpRequest, because fetch tells nothing of an upload's progress. */
export function uploadFile(file: Blob, filename: string, csrf: string, onProgress: (share: number) => void): Upload {
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
  form.append('file', file, filename)
  request.open('POST', '/api/v1/uploads')
  request.responseType = 'json'
  request.setRequestHeader('x-csrf-token', csrf)
  request.send(form)
  return { done, cancel: () => request.abort() }
}
