import { expect, it } from 'vitest'
import { phoneGroups } from './phoneGroups.ts'

it('a number is read in the groups of its country', () => {
  expect(phoneGroups('+919820144410')).toEqual(['+91', '98201', '44410'])
  expect(phoneGroups('+971501234567')).toEqual(['+971', '50', '123', '4567'])
  expect(phoneGroups('+12133734253')).toEqual(['+1', '213', '373', '4253'])
  expect(phoneGroups('+972501234567')).toEqual(['+972', '50', '123', '4567'])
})

it('the groups put together are the number, whatever it is', () => {
  for (const number of ['+919820144410', '+999123456789', '+6281234567890', '+5491123456789', '+39061234567', '+12', '+91982014441012345']) expect(phoneGroups(number).join('')).toBe(number)
})
