import type { TSchema } from 'typebox'

/** What the description of the API says of a route beyond the schemas that the route itself has. */
export interface Operation {
  tag: Tag
  /** A line. */
  summary: string
  /** More, where a line is not enough. */
  description?: string
  /** Of the query, name by name. */
  query?: Readonly<Record<string, TSchema>>
  /** By status: what is wrong, the reasons in the answer first. */
  errors?: Readonly<Record<number, string>>
  /** What a good answer is, where the route has no schema for it: 101, 204, text. */
  answers?: Readonly<Record<number, { description: string; type?: string }>>
}

export const TAGS = {
  listening: 'The sound itself, over WebSockets.',
  rooms: 'Sessions, who is in them, and what they hear when.',
  source: 'The instrument, and how its channels become left and right.',
  access: 'Who may do what.',
  server: 'How the server does.',
} as const
export type Tag = keyof typeof TAGS
