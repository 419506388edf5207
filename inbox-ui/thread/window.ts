/** Heights of the window's margins in heights of the view: from here on a block is drawn, and from there on no longer. */
const drawWithin = 1.5
const keepWithin = 2.5

/**
 * Which of a column of blocks to draw.
 *
 * @param heights of all blocks, top to bottom, CSS pixels
 * @param view what the reader sees: `top` below the start of the column, and its height
 * @param view.top may lie outside the column
 * @param view.height CSS pixels
 * @param isDrawn whether a block is drawn now; such a one is kept a little longer, so that going to and fro draws nothing anew
 * @returns indexes, ascending
 */
export function span(heights: readonly number[], view: { top: number, height: number }, isDrawn: (at: number) => boolean): number[] {
  const chosen: number[] = []
  let top = 0
  for (const [at, height] of heights.entries()) {
    const margin = view.height * (isDrawn(at) ? keepWithin : drawWithin)
    if (top + height >= view.top - margin && top <= view.top + view.height + margin) chosen.push(at)
    top += height
  }
  return chosen
}
