// <track-map>: the way of one day, [lon, lat, time, metres] of each position, as a line.
import { notify } from 'govmap/notice'
import { loadMap } from 'layers/lazy-map'

class TrackMap extends HTMLElement {
  async connectedCallback() {
    const way = JSON.parse(document.getElementById('track-way').textContent)
    try {
      const createMap = await loadMap()
      this.map = await createMap(this.querySelector('[data-map]'))
    } catch {
      this.hidden = true
      notify(this.dataset.failed, { kind: 'error' })
      return
    }
    this.draw(way)
    this.dataset.drawn = String(way.length)
  }

  disconnectedCallback() { this.map?.destroy() }

  draw(way) {
    const at = way.map(([lon, lat]) => [lat, lon])
    const line = L.polyline(at, { className: 'track-way', interactive: false }).addTo(this.map.leaflet)
    way.forEach(([lon, lat, time, metres], place) => {
      const last = place === way.length - 1
      const className = `track-spot${last ? ' track-spot-last' : ''}`
      const spot = L.circleMarker([lat, lon], { radius: last ? 8 : 4, className })
      spot.bindTooltip(metres === null ? time : `${time} ± ${metres} m`).addTo(this.map.leaflet)
    })
    this.map.leaflet.fitBounds(line.getBounds(), { maxZoom: 18, padding: [30, 30], animate: false })
  }
}

customElements.define('track-map', TrackMap)
