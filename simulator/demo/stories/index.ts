import type { Story } from '../story.ts'
import { dubai } from './dubai.ts'
import { mumbaiBrides } from './mumbai-brides.ts'
import { mumbaiRegulars } from './mumbai-regulars.ts'
import { singapore } from './singapore.ts'

/** Everyone who ever wrote to the demo house. */
export const stories: readonly Story[] = [...mumbaiBrides, ...mumbaiRegulars, ...dubai, ...singapore]
