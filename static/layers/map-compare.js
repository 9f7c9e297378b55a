// Compare by swipe: a second map over the first, of another day or without a layer, cut
// off at a bar that is dragged or moved by the arrow keys.
import { createMap } from 'layers/map-core'
import { HIDDEN, adjusted } from 'layers/map-layers'

const STEP = 0.02 // of the width, by an arrow key
const EDGE = 0.03 // of the width that each side keeps

export class CompareTool {
  constructor(tools) {
    this.tools = tools
    this.panel = tools.querySelector('[data-panel="compare"]')
    this.form = this.panel.querySelector('[data-compare-form]')
    this.form.addEventListener('submit', (event) => event.preventDefault())
    this.form.addEventListener('change', () => this.change())
  }

  open() {
    const { page } = this.tools
    const shown = page.tree.shown()
    for (const select of [this.form.left, this.form.right]) {
      const named = shown.map((code) => new Option(page.tree.titleOf(code), code))
      select.replaceChildren(new Option(select.dataset.none, ''), ...named)
    }
    return this.change()
  }

  close() {
    this.asked = null
    this.bar?.remove()
    this.over?.destroy()
    this.element?.remove()
    Object.assign(this, { bar: null, over: null, element: null })
    this.tools.map.restyle()
    this.tools.page.tree.without = ''
  }

  // Of another day, or two layers of which each side leaves one out.
  async change() {
    const { page } = this.tools
    const { day, left, right } = this.form
    if (!day.value && !left.value && !right.value) return this.over && this.close()
    const asked = (this.asked = {})
    page.tree.without = right.value
    this.tools.map.restyle()
    this.overStyle = day.value ? `${page.dataset.style}?at=${day.value}` : page.styleOfDay()
    if (this.over && this.drawn === this.overStyle) return this.over.restyle()
    this.drawn = this.overStyle
    if (!this.element) this.build()
    this.over?.destroy()
    this.element.replaceChildren(Object.assign(document.createElement('div'), { className: 'map' }))
    const { lat, lng } = this.tools.map.leaflet.getCenter()
    try {
      const over = await createMap(this.element.firstChild, {
        style: this.overStyle, center: [lng, lat], zoom: this.tools.map.leaflet.getZoom(), adjust: (style) => this.adjust(style),
      })
      if (this.asked !== asked) return over.destroy()
      this.over = over
      this.follow()
    } catch {
      this.tools.say('failed')
    }
    return undefined
  }

  adjust(style) {
    const { tree } = this.tools.page
    return adjusted(style, (code) => (code && code === this.form.left.value ? HIDDEN : tree.states.get(code)))
  }

  build() {
    const { map } = this.tools
    this.element = Object.assign(document.createElement('div'), { className: 'map-over', inert: true })
    // Under the map's own buttons, over all that it draws.
    map.element.append(this.element)
    const { words } = this.form.dataset
    this.bar = Object.assign(document.createElement('div'), { className: 'map-swipe', role: 'slider', tabIndex: 0 })
    this.bar.setAttribute('aria-label', words)
    map.element.append(this.bar)
    L.DomEvent.disableClickPropagation(this.bar)
    this.bar.addEventListener('pointerdown', (event) => this.bar.setPointerCapture(event.pointerId))
    this.bar.addEventListener('pointermove', (event) => {
      if (!this.bar.hasPointerCapture(event.pointerId)) return
      const { left, width } = map.element.getBoundingClientRect()
      this.cut((event.clientX - left) / width)
    })
    this.bar.addEventListener('keydown', (event) => {
      const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key]
      if (!by) return
      event.preventDefault()
      this.cut(this.at + by)
    })
    this.cut(0.5)
  }

  // The second map is what lies to the right of the bar.
  cut(at) {
    this.at = Math.min(Math.max(at, EDGE), 1 - EDGE)
    const percent = `${(this.at * 100).toFixed(2)}%`
    this.element.style.clipPath = `inset(0 0 0 ${percent})`
    this.bar.style.left = percent
    this.bar.setAttribute('aria-valuenow', String(Math.round(this.at * 100)))
  }

  follow() {
    const { leaflet } = this.tools.map
    const move = () => this.over?.leaflet.setView(leaflet.getCenter(), leaflet.getZoom(), { animate: false })
    leaflet.on('move zoomend', move)
    this.over.leaflet.once('unload', () => leaflet.off('move zoomend', move))
    move()
  }
}
