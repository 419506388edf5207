import { describe, expect, it } from 'vitest'
import { orderTotal } from './events.ts'

describe('what an order comes to', () => {
  it('is free of the noise of binary fractions', () => {
    expect(orderTotal([{ id: 'R-221', quantity: 3, price: 7.99, currency: 'USD' }, { id: 'N-014', quantity: 1, price: 0.1, currency: 'USD' }])).toEqual({ total: 24.07, currency: 'USD' })
  })

  it('is not known where a price, the currency or every item is missing', () => {
    expect(orderTotal([{ id: 'R-221', quantity: 1, price: 5, currency: 'USD' }, { id: 'N-014', quantity: 1 }])).toBeUndefined()
    expect(orderTotal([{ id: 'R-221', quantity: 1, price: 5 }])).toBeUndefined()
    expect(orderTotal([])).toBeUndefined()
  })
})
