// <near-map>: the case and those that may be the same, as pins.
import { createMap } from 'layers/map-core'

class NearMap extends HTMLElement {
  async connectedCallback() {
    const center = [Number(this.dataset.lon), Number(this.dataset.lat)]
    this.map = await createMap(this.querySelector('[data-map]'), { center, zoom: 18 })
    const features = [...this.querySelectorAll('.near-card[data-lon]')].map((card) => ({
      type: 'Feature',
      id: card.dataset.uuid,
      geometry: { type: 'Point', coordinates: [Number(card.dataset.lon), Number(card.dataset.lat)] },
      properties: { phase: card.dataset.phase, label: card.querySelector('a').textContent },
    }))
    this.map.addPins({ type: 'FeatureCollection', features }, { onSelect: (id) => this.look(id) })
    this.map.select(features[0]?.id)
  }

  disconnectedCallback() {
    this.map?.destroy()
  }

  look(id) {
    this.querySelector(`[data-uuid="${id}"]`)?.scrollIntoView({ block: 'nearest' })
  }
}

customElements.define('near-map', NearMap)
