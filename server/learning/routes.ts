import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Context } from '../platform/context.ts'
import { z } from 'zod'
import { LearningModels, LearningReport, LearningReportQuery, LearningStatus, ReadinessExplanation, ReadinessReplay, ReplayQuery, UseModelBody } from '#contracts'
import { actorOf, advisorOf, audit, requireRole, requireScope } from '../accounts/index.ts'
import { IdParams } from '../conversations/index.ts'
import { chooseModel } from './choose.ts'
import { explainReadiness } from './explain.ts'
import { askToLearn } from './progress.ts'
import { replayReadiness } from './replay.ts'
import { reportView } from './report-view.ts'
import { statusView } from './status.ts'
import { modelsView } from './versions.ts'

const tags = ['learning']
const VersionParams = z.object({ version: z.string().min(1).max(100) })

/** What the engine has learnt and how well it did, for managers; any person's readiness explained and replayed. To be registered under `/api/v1`. */
export function learningRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (app) => {
    const managers = { preHandler: requireRole('manager') }
    const reads = { preHandler: requireScope('read:customers') }

    app.get('/learning', { ...managers, schema: { tags, summary: 'Where learning stands', response: { 200: LearningStatus } } }, async () => statusView(ctx))

    app.get('/learning/report', { ...managers, schema: { tags, summary: 'How well the engine did: calibration, lift, hits and misses', querystring: LearningReportQuery, response: { 200: LearningReport } } }, async request =>
      reportView(ctx, actorOf(request), request.query))

    app.get('/learning/models', { ...managers, schema: { tags, summary: 'What the house has learnt, by version', response: { 200: LearningModels } } }, async () => modelsView(ctx))

    app.post('/learning/models/:version/use', { ...managers, schema: { tags, summary: 'Put a version in use, or roll back to it', params: VersionParams, body: UseModelBody, response: { 200: LearningModels } } }, async (request) => {
      await chooseModel(ctx, advisorOf(request), request.params.version, request.body)
      return modelsView(ctx)
    })

    app.post('/learning/learn', { preHandler: requireRole('administrator'), schema: { tags, summary: 'Learn now instead of at night', response: { 202: LearningStatus } } }, async (request, reply) => {
      const actor = advisorOf(request)
      await askToLearn(ctx, actor.id)
      await audit(ctx, actor, 'model.learning_asked', { kind: 'model', id: 'house' })
      return reply.code(202).send(await statusView(ctx))
    })

    app.get('/customers/:id/readiness/explain', { ...reads, schema: { tags, summary: 'What a reading is made of, exactly', params: IdParams, response: { 200: ReadinessExplanation } } }, async request =>
      explainReadiness(ctx, actorOf(request), request.params.id))

    app.get('/customers/:id/readiness/replay', { ...reads, schema: { tags, summary: 'What the engine says of a person at the end of a past day', params: IdParams, querystring: ReplayQuery, response: { 200: ReadinessReplay } } }, async request =>
      replayReadiness(ctx, actorOf(request), request.params.id, request.query))
  }
}
