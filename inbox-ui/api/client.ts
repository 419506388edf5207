import type { z } from 'zod'
import type { AcceptInvitationBody, AdvisorBody, AdvisorPatch, AdvisorView, BulkPatch, ChangesView, ChannelView, ConversationPage, ConversationPatch, ConversationView, CustomerPatch, CustomerView, DeliveryView, DraftBody, DraftView, GateView, GoldCheck, GoldImport, GoldPrices, HouseView, Invitation, InvitedAdvisor, LearningModels, LearningReport, LearningStatus, LearningWeeks, MergeBody, MergeResult, MergesView, MessageEntry, NoteBody, NoteEntry, PieceView, QueueCounts, QueueName, QuickReplyView, ReadinessAnswer, ReadinessExplanation, ReadinessReplay, Role, SearchHit, SendBody, SessionView, SetupBody, SignInBody, TemplateView, ThreadPage, UseModelBody } from '#contracts'
import type { Http } from './http.ts'
import type { UploadOptions } from './upload.ts'
import { shared } from '../lib/shared.ts'
import { uploadFile } from './upload.ts'

/** What the list shows: a queue, narrowed. */
export type RowFilter = { queue: QueueName, storeId: string | null, ownerId: string | null, tag: string | null, q: string }

/** The part of the house and the span that a report is asked for; neither store nor region is the widest that the reader may see. */
export type ReportFilter = { storeId: string | null, region: string | null, weeks: LearningWeeks }

type Items<T> = { items: T[] }
const seg = encodeURIComponent

/** Every route of the API that the interface uses, one function each. */
export function createApi(http: Http) {
  const conversation = (id: string) => `/conversations/${seg(id)}`
  return {
    session: () => http.get<SessionView>('/session'),
    signIn: (body: z.infer<typeof SignInBody>) => http.post<SessionView>('/session', body),
    signInSandbox: (role: Role) => http.post<SessionView>('/session/sandbox', { role }),
    signOut: () => http.delete('/session'),
    setup: (body: z.infer<typeof SetupBody>) => http.post<SessionView>('/setup', body),
    acceptInvitation: (body: z.infer<typeof AcceptInvitationBody>) => http.post<SessionView>('/invitations', body),
    house: () => http.get<HouseView>('/house'),
    checkChannel: (id: string) => http.post<ChannelView>(`/channels/${seg(id)}/check`),
    people: () => http.get<Items<AdvisorView>>('/advisors'),
    addPerson: (body: z.infer<typeof AdvisorBody>) => http.post<z.infer<typeof InvitedAdvisor>>('/advisors', body),
    changePerson: (id: string, patch: z.infer<typeof AdvisorPatch>) => http.patch<AdvisorView>(`/advisors/${seg(id)}`, patch),
    invite: (id: string) => http.post<Invitation>(`/advisors/${seg(id)}/invitation`),

    queues: () => http.get<QueueCounts>('/queues'),
    rows: (filter: RowFilter, cursor: string | null, signal?: AbortSignal) => http.get<ConversationPage>('/conversations', { ...filter, limit: 60, cursor }, signal),
    conversation: (id: string) => http.get<ConversationView>(conversation(id)),
    patchConversation: (id: string, patch: ConversationPatch) => http.patch(conversation(id), patch),
    bulk: (body: z.infer<typeof BulkPatch>) => http.post('/conversations/bulk', body),
    read: (id: string) => http.post(`${conversation(id)}/read`),

    thread: (id: string, query: { cursor?: string | null, since?: number }) => http.get<ThreadPage>(`${conversation(id)}/thread`, { limit: 50, ...query }),
    send: (id: string, body: SendBody) => http.post<MessageEntry>(`${conversation(id)}/messages`, body),
    takeBack: (id: string, messageId: string) => http.delete(`${conversation(id)}/messages/${seg(messageId)}`),
    retry: (id: string, messageId: string) => http.post<MessageEntry>(`${conversation(id)}/messages/${seg(messageId)}/retry`),
    gate: (id: string, laneId: string) => http.get<GateView>(`${conversation(id)}/gate`, { laneId }),
    draft: (id: string) => http.get<DraftView>(`${conversation(id)}/draft`),
    saveDraft: (id: string, body: z.infer<typeof DraftBody>) => http.put<DraftView>(`${conversation(id)}/draft`, body),
    note: (id: string, body: z.infer<typeof NoteBody>) => http.post<NoteEntry>(`${conversation(id)}/notes`, body),

    customer: (id: string) => http.get<CustomerView>(`/customers/${seg(id)}`),
    patchCustomer: (id: string, patch: z.infer<typeof CustomerPatch>) => http.patch<CustomerView>(`/customers/${seg(id)}`, patch),
    merges: (customerId: string) => http.get<MergesView>(`/customers/${seg(customerId)}/merges`),
    merge: (body: z.infer<typeof MergeBody>) => http.post<MergeResult>('/merges', body),
    acceptMerge: (id: string) => http.post<MergeResult>(`/merges/${seg(id)}/accept`),
    dismissMerge: (id: string) => http.post(`/merges/${seg(id)}/dismiss`),
    undoMerge: (id: string) => http.post(`/merges/${seg(id)}/undo`),
    pieces: (q: string) => http.get<Items<PieceView>>('/pieces', { q }),
    quickReplies: () => http.get<Items<QuickReplyView>>('/quick-replies'),
    templates: (conversationId: string, laneId: string) => http.get<Items<TemplateView>>('/templates', { conversationId, laneId }),
    search: (q: string, signal?: AbortSignal) => http.get<Items<z.infer<typeof SearchHit>>>('/search', { q }, signal),
    changes: (since: number) => http.get<ChangesView>('/changes', { since }),
    deliveries: () => http.get<Items<z.infer<typeof DeliveryView>>>('/deliveries', { state: 'failed' }),
    retryDelivery: (id: string) => http.post(`/deliveries/${seg(id)}/retry`),
    goldPrices: () => http.get<GoldPrices>('/gold-prices'),
    checkGold: (csv: string) => http.post<GoldCheck>('/gold-prices/check', new Blob([csv], { type: 'text/csv' })),
    importGold: (csv: string) => http.post<GoldImport>('/gold-prices', new Blob([csv], { type: 'text/csv' })),
    learningStatus: () => http.get<LearningStatus>('/learning'),
    learningReport: (filter: ReportFilter, signal?: AbortSignal) => http.get<LearningReport>('/learning/report', filter, signal),
    learningModels: () => http.get<LearningModels>('/learning/models'),
    putModelInUse: (version: string, body: UseModelBody) => http.post<LearningModels>(`/learning/models/${seg(version)}/use`, body),
    learnNow: () => http.post<LearningStatus>('/learning/learn'),
    readiness: (customerId: string, signal?: AbortSignal) => http.get<ReadinessAnswer>(`/customers/${seg(customerId)}/readiness`, {}, signal),
    explain: (customerId: string, signal?: AbortSignal) => http.get<ReadinessExplanation>(`/customers/${seg(customerId)}/readiness/explain`, {}, signal),
    replay: (customerId: string, day: string, model: 'then' | 'now', signal?: AbortSignal) => http.get<ReadinessReplay>(`/customers/${seg(customerId)}/readiness/replay`, { day, model }, signal),
    upload: (file: Blob, filename: string, options: Omit<UploadOptions, 'csrf'>) => uploadFile(file, filename, { ...options, csrf: http.csrf() }),
  }
}

export type Api = ReturnType<typeof createApi>

const api = shared<Api>('api')
export const provideApi = api.provide
export const useApi = api.use

/** Where the bytes of a file are. */
export function mediaUrl(id: string): string {
  return `/api/v1/media/${seg(id)}`
}
