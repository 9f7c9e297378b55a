// The row of pages in the bar: what finds no room there stands in a menu beside it.
//
// The page that is open always has room. Without scripts the row moves sideways, as it
// does until this has run.
const GAP = 2 // px between entries

class Pages {
  constructor(box) {
    this.row = box.querySelector('.bar-nav')
    this.menu = box.querySelector('.nav-more')
    this.sheet = this.menu.querySelector('.menu-sheet')
    this.entries = Array.from(this.row.children)
    // Of a page below another both are marked: one of them has room before the others.
    this.here = this.entries.find((entry) => entry.hasAttribute('aria-current'))
    new ResizeObserver(() => this.lay()).observe(document.querySelector('.bar'))
    document.fonts?.ready.then(() => this.lay(true))
    this.lay()
  }

  // Measured with all entries in the row, and only where the bar's width is another.
  lay(again = false) {
    const wide = this.row.closest('.bar').clientWidth
    if (wide === this.laid && !again) return
    this.laid = wide
    this.menu.hidden = true
    this.row.append(...this.entries)
    if (this.row.scrollWidth <= this.row.clientWidth) return
    this.menu.hidden = false
    const left = this.left(this.row.clientWidth)
    this.sheet.append(...this.entries.filter((entry) => !left.has(entry)))
    // The name beside it takes some of the room that became free.
    while (this.row.scrollWidth > this.row.clientWidth && this.row.children.length > 1) {
      this.sheet.prepend(Array.from(this.row.children).filter((entry) => entry !== this.here).at(-1))
    }
  }

  // Those that fit, from the first on; the open page before all others.
  left(room) {
    const { here } = this
    const kept = new Set(here ? [here] : [])
    let used = here ? here.offsetWidth + GAP : 0
    for (const entry of this.entries) {
      if (entry === here) continue
      used += entry.offsetWidth + GAP
      if (used > room) break
      kept.add(entry)
    }
    return kept
  }
}

const box = document.querySelector('.bar-pages')
if (box) new Pages(box)
