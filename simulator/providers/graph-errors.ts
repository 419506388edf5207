/** An error as the Graph API words it. Source: WhatsApp Cloud API error codes; Graph API, handling errors. */
export type GraphError = { status: number, code: number, subcode?: number, type: string, message: string, details?: string }

export const graphErrors = {
  deadToken: { status: 401, code: 190, subcode: 463, type: 'OAuthException', message: 'Error validating access token: Session has expired.' },
  broken: { status: 500, code: 131000, type: 'OAuthException', message: '(#131000) Something went wrong', details: 'Message failed to send due to an unknown error.' },
  noSuchObject: { status: 400, code: 100, subcode: 33, type: 'GraphMethodException', message: 'Unsupported request. Object does not exist or cannot be loaded due to missing permissions.' },
  badParameter: { status: 400, code: 100, type: 'OAuthException', message: '(#100) Invalid parameter' },
  pairLimit: { status: 400, code: 131056, type: 'OAuthException', message: '(#131056) (Business Account, Consumer Account) pair rate limit hit', details: 'Too many messages sent to this recipient in a short time.' },
  noMedia: { status: 400, code: 131053, type: 'OAuthException', message: '(#131053) Media upload error', details: 'The media id is not known.' },
  notFetched: { status: 400, code: 100, subcode: 2018047, type: 'OAuthException', message: '(#100) Upload attachment failure.' },
  instagramWindow: { status: 400, code: 10, subcode: 2534022, type: 'OAuthException', message: '(#10) This message is sent outside of allowed window.' },
} as const satisfies Record<string, GraphError>

/** The body of an error's answer. */
export function graphErrorBody(error: GraphError) {
  return {
    error: {
      message: error.message,
      type: error.type,
      code: error.code,
      ...(error.subcode === undefined ? {} : { error_subcode: error.subcode }),
      ...(error.details === undefined ? {} : { error_data: { messaging_product: 'whatsapp', details: error.details } }),
      fbtrace_id: 'AsimulatedTrace',
    },
  }
}

/** Failures that come later, as a status. */
export const laterFailures = {
  window: { code: 131047, title: 'Re-engagement message', details: 'Message failed to send because more than 24 hours have passed since the customer last replied to this number.' },
  undeliverable: { code: 131026, title: 'Message undeliverable', details: 'Message Undeliverable.' },
  marketingLimit: { code: 131049, title: 'This message was not delivered to maintain healthy ecosystem engagement.', details: 'In order to maintain a healthy ecosystem engagement, the message failed to be delivered.' },
} as const
