import type { Design } from './picture.ts'

export type DemoPiece = {
  sku: string
  name: string
  /** What an advisor would say in one breath: weight, metal, making. */
  detail: string
  category: 'ring' | 'necklace' | 'earrings' | 'bangle' | 'bracelet'
  /** Units of `currency`. */
  price: number
  currency: 'INR' | 'AED' | 'SGD'
  picture: Design
}

type Row = [sku: string, name: string, detail: string, price: number, currency: DemoPiece['currency'], picture: Design]

const rings: Row[] = [
  ['R-221', 'Halo R-221', '1.20 ct round, D VS1, 18k white', 685_000, 'INR', { form: 'ring', design: { metal: 'white', stone: 'diamond', size: 30, halo: 'diamond', shoulders: 'pave' } }],
  ['R-240', 'Halo R-240', '0.90 ct cushion, F VS2, 18k yellow', 512_000, 'INR', { form: 'ring', design: { metal: 'yellow', stone: 'diamond', cut: 'cushion', size: 28, halo: 'diamond' } }],
  ['R-087', 'Solitaire R-087', '1.01 ct round, E VVS2, platinum', 598_000, 'INR', { form: 'ring', design: { metal: 'white', stone: 'diamond', size: 35, width: 11 } }],
  ['R-102', 'Solitaire R-102', '1.50 ct oval, G VS1, 18k yellow', 742_000, 'INR', { form: 'ring', design: { metal: 'yellow', stone: 'diamond', cut: 'oval', size: 36, width: 11 } }],
  ['R-133', 'Emerald-cut R-133', '2.02 ct, F VVS1, platinum, tapered baguettes', 96_500, 'AED', { form: 'ring', design: { metal: 'white', stone: 'diamond', cut: 'emerald', size: 38, sides: { stone: 'diamond', cut: 'emerald', size: 17 } } }],
  ['R-158', 'Three-stone R-158', '1.60 ct in all, G VS2, 18k rose', 31_800, 'AED', { form: 'ring', design: { metal: 'rose', stone: 'diamond', size: 29, sides: { stone: 'diamond', cut: 'round', size: 20 } } }],
  ['R-164', 'Ceylon R-164', '2.4 ct blue sapphire, unheated, diamond pears', 88_000, 'AED', { form: 'ring', design: { metal: 'white', stone: 'sapphire', cut: 'oval', size: 34, sides: { stone: 'diamond', cut: 'pear', size: 17 } } }],
  ['R-171', 'Zambia R-171', '1.8 ct emerald, minor oil, 18k yellow halo', 540_000, 'INR', { form: 'ring', design: { metal: 'yellow', stone: 'emerald', cut: 'emerald', size: 31, halo: 'diamond', shoulders: 'split' } }],
  ['R-180', 'Pear R-180', '1.10 ct pear, E VS1, double halo', 12_900, 'SGD', { form: 'ring', design: { metal: 'rose', stone: 'diamond', cut: 'pear', size: 29, halo: 'diamond', shoulders: 'pave' } }],
  ['R-205', 'Eternity R-205', '1.85 ct all round, F VS, platinum', 8_400, 'SGD', { form: 'ring', design: { metal: 'white', stone: 'diamond', shoulders: 'eternity', width: 15 } }],
  ['R-212', 'Twist band R-212', '22k, 6.1 g, hand twisted', 58_000, 'INR', { form: 'ring', design: { metal: 'yellow', shoulders: 'twist', width: 19 } }],
  ['R-260', 'Jade cabochon R-260', 'Type A icy jade, 18k yellow, milgrain', 16_500, 'SGD', { form: 'ring', design: { metal: 'yellow', top: 'jade', width: 15 } }],
  ['R-266', 'Star signet R-266', '22k, 11 g, hand engraved', 7_900, 'AED', { form: 'ring', design: { metal: 'yellow', top: 'signet', width: 17 } }],
  ['R-273', 'Lotus cocktail R-273', '2.2 ct marquise petals, champagne heart', 44_500, 'AED', { form: 'ring', design: { metal: 'rose', top: 'dome', width: 14 } }],
]

const necks: Row[] = [
  ['K-118', 'Kundan set K-118', 'Polki and emerald drops, 22k, 94 g', 1_240_000, 'INR', { form: 'neck', design: { kind: 'choker', metal: 'yellow', stone: 'polki', drops: 'emerald' } }],
  ['K-124', 'Kundan choker K-124', 'Polki and Basra-style pearls, 22k, 71 g', 865_000, 'INR', { form: 'neck', design: { kind: 'choker', metal: 'yellow', stone: 'polki', drops: 'pearl' } }],
  ['K-131', 'Rani haar K-131', 'Ruby and polki, 22k, 118 g', 64_000, 'AED', { form: 'neck', design: { kind: 'haar', metal: 'yellow', stone: 'ruby' } }],
  ['K-140', 'Coin mala K-140', 'Kasu mala, 22k, 82 g', 690_000, 'INR', { form: 'neck', design: { kind: 'coins', metal: 'yellow' } }],
  ['N-301', 'Rivière N-301', '12.4 ct graduated, G VS, platinum', 148_000, 'AED', { form: 'neck', design: { kind: 'riviere', metal: 'white', stone: 'diamond' } }],
  ['N-315', 'Sapphire pendant N-315', '1.9 ct Ceylon cushion, halo, 18k white', 6_900, 'SGD', { form: 'neck', design: { kind: 'pendant', metal: 'white', stone: 'sapphire', cut: 'cushion', size: 31, halo: true } }],
  ['N-322', 'Drop pendant N-322', '0.7 ct emerald pear, 18k yellow', 142_000, 'INR', { form: 'neck', design: { kind: 'pendant', metal: 'yellow', stone: 'emerald', cut: 'pear', size: 26, drop: true } }],
  ['N-330', 'South Sea strands N-330', 'Two rows 9–10 mm, tanzanite clasp', 21_800, 'SGD', { form: 'neck', design: { kind: 'pearls', metal: 'white', stone: 'tanzanite' } }],
  ['N-344', 'Mangalsutra N-344', 'Black beads, twin solitaires, 18k', 118_000, 'INR', { form: 'neck', design: { kind: 'mangalsutra', metal: 'yellow', stone: 'diamond' } }],
  ['N-351', 'Morganite pendant N-351', '3.1 ct round, rose gold', 9_800, 'AED', { form: 'neck', design: { kind: 'pendant', metal: 'rose', stone: 'morganite', cut: 'round', size: 33, halo: true } }],
]

const earrings: Row[] = [
  ['E-401', 'Solitaire studs E-401', '1.0 ct the pair, F VS1, platinum', 265_000, 'INR', { form: 'ears', design: { kind: 'studs', metal: 'white', stone: 'diamond', cut: 'round', size: 36 } }],
  ['E-409', 'Ruby halo studs E-409', 'Mozambique rubies, 18k yellow', 14_200, 'AED', { form: 'ears', design: { kind: 'studs', metal: 'yellow', stone: 'ruby', cut: 'cushion', size: 33, halo: true } }],
  ['E-418', 'Emerald drops E-418', '4.2 ct the pair, Zambia, 18k white', 52_000, 'AED', { form: 'ears', design: { kind: 'drops', metal: 'white', stone: 'emerald', cut: 'oval' } }],
  ['E-427', 'Jhumka E-427', 'Ruby and pearl, 22k, 34 g', 236_000, 'INR', { form: 'ears', design: { kind: 'jhumka', metal: 'yellow', stone: 'ruby' } }],
  ['E-433', 'Chandbali E-433', 'Polki crescents, emerald heart, 22k', 318_000, 'INR', { form: 'ears', design: { kind: 'chandbali', metal: 'yellow', stone: 'emerald' } }],
  ['E-440', 'Diamond hoops E-440', '1.3 ct the pair, 18k rose', 5_600, 'SGD', { form: 'ears', design: { kind: 'hoops', metal: 'rose', stone: 'diamond' } }],
  ['E-452', 'Pearl drops E-452', 'South Sea 12 mm, diamond tops', 4_900, 'SGD', { form: 'ears', design: { kind: 'pearls', metal: 'white' } }],
]

const wrists: Row[] = [
  ['B-501', 'Jade bangle B-501', 'Type A, apple green, inner 56 mm', 28_800, 'SGD', { form: 'wrist', design: { kind: 'jade' } }],
  ['B-508', 'Lavender jade B-508', 'Type A, lavender, inner 54 mm', 34_500, 'SGD', { form: 'wrist', design: { kind: 'jade', tones: ['#f6effa', '#cdb8dc', '#8f76a8'] } }],
  ['B-514', 'Four bangles B-514', '22k, 48 g the set, ruby line', 392_000, 'INR', { form: 'wrist', design: { kind: 'stack', metal: 'yellow', stone: 'ruby' } }],
  ['B-521', 'Polki kada B-521', '22k, 62 g, green enamel inside', 41_000, 'AED', { form: 'wrist', design: { kind: 'kada', metal: 'yellow', stone: 'emerald' } }],
  ['B-530', 'Tennis bracelet B-530', '5.0 ct, G VS, 18k white', 19_600, 'SGD', { form: 'wrist', design: { kind: 'tennis', metal: 'white', stone: 'diamond' } }],
]

const categories: Record<string, DemoPiece['category']> = { R: 'ring', K: 'necklace', N: 'necklace', E: 'earrings', B: 'bangle' }

/** Everything in the demo house's windows. */
export const demoPieces: readonly DemoPiece[] = [...rings, ...necks, ...earrings, ...wrists].map(([sku, name, detail, price, currency, picture]) => ({
  sku,
  name,
  detail,
  category: sku === 'B-530' ? 'bracelet' : categories[sku.charAt(0)] ?? 'ring',
  price,
  currency,
  picture,
}))

const bySku = new Map(demoPieces.map(piece => [piece.sku, piece]))

/** A piece that must exist, for the stories that name it. Throws a RangeError for an unknown one. */
export function demoPiece(sku: string): DemoPiece {
  const piece = bySku.get(sku)
  if (!piece) throw new RangeError(`No piece ${sku}.`)
  return piece
}
