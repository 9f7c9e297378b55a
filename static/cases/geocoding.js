// <geocode-map>: the placed rows of a table as pins; a pin leads to its row.
import { createMap } from 'layers/map-core'

// What is sure has the colour of what is done.
const PHASES = { sure: 'done', unsure: 'dispatch' }

class GeocodeMap extends HTMLElement {
  async connectedCallback() {
    this.said = this.querySelector('[data-said]')
    try {
      const [map, { features, more }] = await Promise.all([createMap(this.querySelector('[data-map]')), this.read()])
      this.map = map
      this.draw(features)
      if (more) this.said.textContent = this.dataset.more
      this.dataset.ready = 'true'
    } catch {
      this.said.textContent = this.dataset.failed
    }
  }

  disconnectedCallback() {
    this.map?.destroy()
  }

  async read() {
    const response = await fetch(this.dataset.points, { headers: { 'X-Requested-With': 'fetch' } })
    if (!response.ok) throw new Error(response.status)
    return response.json()
  }

  draw(features) {
    if (!features.length) return
    const pins = features.map((one) => ({
      ...one,
      properties: { ...one.properties, id: one.id, phase: PHASES[one.properties.outcome] },
    }))
    this.map.addPins({ type: 'FeatureCollection', features: pins }, { onSelect: (pin) => this.look(pin) })
    this.map.fit({ type: 'FeatureCollection', features })
  }

  look(pin) {
    this.map.select(pin.id)
    this.said.textContent = pin.label
    document.getElementById(`row-${pin.id}`)?.scrollIntoView({ block: 'center' })
  }
}

customElements.define('geocode-map', GeocodeMap)
