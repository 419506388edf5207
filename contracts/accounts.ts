import { z } from 'zod'
import { languages } from './languages.ts'
import { Line } from './text.ts'

/** What someone may do. A manager may all that an advisor may, an administrator all that a manager may. */
export const roles = ['advisor', 'manager', 'administrator'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

const locales = languages.map(({ code }) => code)
/** The language in which somebody sees the pages. Stands here because pages that only ask for the languages do without zod. */
export const Locale = z.enum(locales, `is not one of ${locales.join(', ')}`)

/** Passwords: length is what protects; 12 characters at least (NIST SP 800-63B asks for 8, we for more). */
export const Password = z.string().min(12, 'Use at least 12 characters.').max(200, 'Use at most 200 characters.')

export const SignInBody = z.object({ email: z.email().max(254), password: z.string().min(1).max(200) })
/** One-click sign-in of the sandbox; refused outside it and from anywhere but this machine. */
export const SandboxSignInBody = z.object({ role: Role })
/** The first administrator, made with the one-time link that the first production start prints. */
export const SetupBody = z.object({ token: z.string().min(20).max(200), name: Line(100), email: z.email().max(254), password: Password })

/** An advisor, manager or administrator as colleagues see them. */
export const Colleague = z.object({
  id: z.string(),
  name: z.string(),
  role: Role,
  storeIds: z.array(z.string()),
})
export type Colleague = z.infer<typeof Colleague>

export const Me = Colleague.extend({ email: z.string(), locale: z.string() })
export type Me = z.infer<typeof Me>

/** `GET /api/v1/session`: who is signed in, and what a page needs before anyone is. */
export const SessionView = z.object({
  me: Me.nullable(),
  sandbox: z.boolean(),
  /** True until the first administrator exists. */
  needsSetup: z.boolean(),
  /** Sent back as `x-csrf-token` with everything that changes something. */
  csrfToken: z.string(),
})
export type SessionView = z.infer<typeof SessionView>

/** An advisor, manager or administrator as an administrator manages them. */
export const AdvisorView = Colleague.extend({
  email: z.string(),
  locale: z.string(),
  /** False for someone who may no longer sign in. */
  active: z.boolean(),
  /** Until when an invitation that was not yet taken up is good. */
  invitedUntil: z.string().nullable(),
})
export type AdvisorView = z.infer<typeof AdvisorView>

export const AdvisorBody = z.object({ name: Line(100), email: z.email().max(254), role: Role, storeIds: z.array(z.string().max(64)).max(500) })
export const AdvisorPatch = AdvisorBody.omit({ email: true }).extend({ active: z.boolean() }).partial()
/** A one-time link with which somebody sets their password. Given out once. */
export const Invitation = z.object({ url: z.string(), expiresAt: z.string() })
export type Invitation = z.infer<typeof Invitation>
export const InvitedAdvisor = z.object({ advisor: AdvisorView, invitation: Invitation })
export const AcceptInvitationBody = z.object({ token: z.string().min(20).max(200), password: Password })
export const MePatch = z.object({ name: Line(100), locale: Locale }).partial()
export const PasswordBody = z.object({ current: z.string().min(1).max(200), next: Password })

/** A key for machines, without the key itself. `id` names it to revoke it. */
export const ApiKeyView = z.object({ id: z.string(), name: z.string(), scopes: z.array(z.string()), createdAt: z.string(), lastUsedAt: z.string().nullable(), revokedAt: z.string().nullable() })
export type ApiKeyView = z.infer<typeof ApiKeyView>

/** Every error of the API. `message` is a sentence for a person; `code` is for a machine and stays stable. */
export const ApiError = z.object({ error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }) })
export type ApiError = z.infer<typeof ApiError>
