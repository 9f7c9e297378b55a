// The page of an import that asks: a map shows where the file's first shapes would lie
// in the coordinate system that is chosen. Without this the list of systems stands alone.
import { createMap } from 'layers/map-core'

class ImportAsk extends HTMLElement {
  async connectedCallback() {
    this.querySelector('[aria-invalid]')?.focus()
    const data = document.getElementById('import-shapes')
    this.preview = this.querySelector('[data-preview]')
    if (!data || !this.preview) return
    const { border, systems } = JSON.parse(data.textContent)
    if (!Object.keys(systems).length) return
    Object.assign(this, { border, systems })
    this.addEventListener('change', (event) => {
      if (event.target.name === 'candidate') this.draw()
    })
    this.preview.closest('details')?.addEventListener('toggle', () => this.open())
    if (!this.preview.closest('details:not([open])')) await this.open()
  }

  disconnectedCallback() {
    this.map?.destroy()
    this.map = null
  }

  async open() {
    if (this.opened) return
    this.opened = true
    this.preview.hidden = false
    this.addEventListener('map:error', ({ detail }) => this.say(detail.text))
    this.addEventListener('map:calm', () => this.say(''))
    try {
      const map = await createMap(this.preview.querySelector('[data-map]'))
      if (!this.isConnected) return map.destroy()
      this.map = map
    } catch (error) {
      this.say(error.message)
      return
    }
    if (this.border) {
      L.geoJSON(this.border, { interactive: false, style: { className: 'import-border' } })
        .addTo(this.map.leaflet)
    }
    this.draw()
  }

  say(text) {
    this.querySelector('[data-said]').textContent = text ?? ''
  }

  // The view stays while the choice changes, so that a shift shows as a shift.
  draw() {
    if (!this.map) return
    const code = this.querySelector('[name=candidate]:checked')?.value ?? ''
    this.shapes?.remove()
    this.shapes = null
    const shapes = this.systems[code]
    if (!shapes) return
    this.shapes = L.geoJSON(shapes, {
      interactive: false,
      style: { className: 'import-shape' },
      pointToLayer: (_feature, at) =>
        L.circleMarker(at, { radius: 5, interactive: false, className: 'import-shape' }),
    }).addTo(this.map.leaflet)
    const bounds = this.shapes.getBounds()
    if (!bounds.isValid()) return
    if (this.seen && this.map.leaflet.getBounds().contains(bounds)) return
    this.seen = true
    this.map.fit(shapes, { maxZoom: 17, padding: 12 })
  }
}
customElements.define('import-ask', ImportAsk)
