import { z } from 'zod'

/** What someone may do. A manager may all that an advisor may, an administrator all that a manager may. */
export const roles = ['advisor', 'manager', 'administrator'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

/** Passwords: length is what protects; 12 characters at least (NIST SP 800-63B asks for 8, we for more). */
export const Password = z.string().min(12, 'Use at least 12 characters.').max(200, 'Use at most 200 characters.')

export const SignInBody = z.object({ email: z.email().max(254), password: z.string().min(1).max(200) })
/** One-click sign-in of the sandbox; refused outside it and from anywhere but this machine. */
export const SandboxSignInBody = z.object({ role: Role })
/** The first administrator, made with the one-time link that the first production start prints. */
export const SetupBody = z.object({ token: z.string().min(20).max(200), name: z.string().trim().min(1).max(100), email: z.email().max(254), password: Password })

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

/** Every error of the API. `message` is a sentence for a person; `code` is for a machine and stays stable. */
export const ApiError = z.object({ error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }) })
export type ApiError = z.infer<typeof ApiError>
