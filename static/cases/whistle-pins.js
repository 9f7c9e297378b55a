// Open whistles as pins: on the page of whistles and on the one map, as far as the
// reader may see them. Heard live: the server says which there are now.
import { listen } from 'govmap/live'

const TOGETHER = 300 // ms: many events at once ask once

async function fetchPins(address) {
  try {
    const response = await fetch(address)
    return response.ok && !response.redirected ? await response.json() : null
  } catch {
    return null // the next event asks again
  }
}

// In the form that pins have.
export function asPins({ features }) {
  return {
    type: 'FeatureCollection',
    features: features.map(({ id, geometry, properties }) => ({
      type: 'Feature', geometry, properties: { ...properties, id, glyph: '哨' },
    })),
  }
}

// Draws the open whistles on a map; → { refresh(), pins }.
export async function whistlePins(map, address) {
  const open = ({ id }) => location.assign(`/whistles/${id}/`)
  const found = await fetchPins(address)
  const pins = map.addPins(asPins(found ?? { features: [] }), { onSelect: open })
  return {
    pins,
    first: found,
    async refresh() {
      const fresh = await fetchPins(address)
      if (fresh) pins.set(asPins(fresh))
    },
  }
}

// <whistle-pins data-pins data-live> beside <map-page>: the pins of the one map.
class WhistlePins extends HTMLElement {
  async connectedCallback() {
    const page = document.querySelector('map-page')
    if (!page) return
    const map = page.map ?? await new Promise((done) => {
      page.addEventListener('map:ready', ({ detail }) => done(detail.map), { once: true })
    })
    const drawn = await whistlePins(map, this.dataset.pins)
    this.dataset.drawn = String(drawn.first?.features.length ?? 0)
    const renew = () => {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => drawn.refresh(), TOGETHER)
    }
    this.live = listen(this.dataset.live, { whistle: renew, reload: renew })
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
    this.live?.close()
  }
}
customElements.define('whistle-pins', WhistlePins)
