// The work list of conflicts: one of them open beside it, its shapes on the map.
import { fetchFragment } from 'govmap/http'
import { keys } from 'govmap/keys'
import { notify } from 'govmap/notice'
import { createMap } from 'layers/map-core'

const WIDE = '(width >= 1100px)'
// Drawn in this order: what is in conflict lies on top.
const SHAPES = ['right', 'left', 'part']

class ConflictDesk extends HTMLElement {
  connectedCallback() {
    this.pane = this.querySelector('[data-slot]')
    this.rows = this.querySelector('[data-rows]')
    this.querySelector('[data-filters]')?.addEventListener('change', (event) => event.currentTarget.requestSubmit())
    this.rows?.addEventListener('click', (event) => this.clicked(event))
    if (this.rows) keys({ j: () => this.step(1), k: () => this.step(-1) })
    if (this.rows && !this.isWide) return
    this.start()
  }

  disconnectedCallback() {
    this.map?.destroy()
  }

  get isWide() { return matchMedia(WIDE).matches }
  get links() { return Array.from(this.rows.querySelectorAll('.conflict-link')) }
  get current() { return this.rows.querySelector('.conflict-link[aria-current]') }

  async start() {
    const first = this.rows && !this.current ? this.links[0] : null
    const opened = first ? this.open(first) : null
    try {
      this.map = await createMap(this.querySelector('[data-map]'))
    } catch (error) {
      notify(error.message, { kind: 'error' })
      return
    }
    await opened
    this.draw()
  }

  clicked(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    const more = event.target.closest('[data-more]')
    const link = event.target.closest('.conflict-link')
    if (more) this.showMore(event, more)
    else if (link && this.isWide) {
      event.preventDefault()
      this.open(link)
    }
  }

  async showMore(event, more) {
    event.preventDefault()
    const { ok, html } = await fetchFragment(more.href)
    if (ok) more.closest('li').outerHTML = html
    else notify(this.dataset.failed, { kind: 'error' })
  }

  step(by) {
    const at = this.links.indexOf(this.current)
    const next = this.links[Math.min(Math.max(at + by, 0), this.links.length - 1)]
    if (next && next !== this.current && this.isWide) this.open(next)
    next?.focus({ preventScroll: true })
    next?.scrollIntoView({ block: 'nearest' })
  }

  // The last asked for wins, however the answers come in.
  async open(link) {
    this.current?.removeAttribute('aria-current')
    link.setAttribute('aria-current', 'true')
    this.asking?.abort()
    this.asking = new AbortController()
    try {
      const { ok, html } = await fetchFragment(link.href, { signal: this.asking.signal })
      if (!ok) return notify(this.dataset.failed, { kind: 'error' })
      this.pane.innerHTML = html
      this.pane.scrollTop = 0
      this.draw()
    } catch (error) {
      if (error.name !== 'AbortError') throw error
    }
    return undefined
  }

  draw() {
    const told = this.querySelector('#conflict-shapes')
    if (!told || !this.map) return
    const shapes = JSON.parse(told.textContent)
    this.shown?.remove()
    this.shown = L.layerGroup(SHAPES.filter((name) => shapes[name]).flatMap((name) => {
      const shape = JSON.parse(shapes[name])
      return name === 'part' ? [layer(shape, name)] : [layer(shape, 'halo'), layer(shape, name)]
    })).addTo(this.map.leaflet)
    this.map.fit(JSON.parse(shapes.left ?? shapes.part), { maxZoom: 19, padding: 48 })
  }
}

function layer(shape, name) {
  const className = `conflict-shape conflict-shape-${name}`
  return L.geoJSON(shape, {
    interactive: false,
    style: { className },
    pointToLayer: (_feature, at) => L.circleMarker(at, { radius: 9, interactive: false, className }),
  })
}

customElements.define('conflict-desk', ConflictDesk)
