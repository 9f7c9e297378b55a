// A list of cases with the map that shows where they lie and follows the open one.
import { CaseList } from 'cases/case-list'

export const CLOSE = 16 // zoom at which houses can be told apart
const LIGHT = /light-(red|yellow|green)/

export class CaseMapList extends CaseList {
  // The map with a pin a row; null where none can be drawn: list and forms work without.
  async draw() {
    try {
      const { createMap } = await import('layers/map-core')
      this.map = await createMap(this.querySelector('.map'))
    } catch (error) {
      console.warn(error)
      return null
    }
    this.pins = this.map.addPins(this.places(), { onSelect: ({ id }) => this.chosen(id) })
    return this.map
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.map?.destroy()
  }

  places() {
    const rows = Array.from(this.rows.querySelectorAll('.case-row[data-lon]'))
    return {
      type: 'FeatureCollection',
      features: rows.map((row) => ({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [Number(row.dataset.lon), Number(row.dataset.lat)] },
        properties: {
          id: row.dataset.uuid,
          phase: row.dataset.phase,
          light: row.querySelector('.light')?.className.match(LIGHT)?.[1] ?? '',
          glyph: row.dataset.label.slice(0, 1),
          label: row.dataset.label,
        },
      })),
    }
  }

  fit() {
    const places = this.places()
    if (places.features.length) this.map.fit(places, { maxZoom: 17 })
  }

  chosen(id) {
    const row = id && this.row(id)
    if (row && row !== this.current) this.open(row)
  }

  changed() {
    super.changed()
    this.pins?.set(this.places())
    this.map?.select(this.current?.dataset.uuid ?? null)
  }

  // Whether the open case must be gone to, though its place is in sight.
  tooFar() { return false }

  shown() {
    const row = this.current
    if (!this.map || !row) return
    this.map.select(row.dataset.uuid)
    if (!row.dataset.lon) return
    const [lon, lat] = [Number(row.dataset.lon), Number(row.dataset.lat)]
    const zoom = this.map.leaflet.getZoom()
    const inner = this.map.leaflet.getBounds().pad(-0.15)
    if (this.tooFar(zoom) || !inner.contains([lat, lon])) this.map.flyTo(lon, lat, Math.max(zoom, CLOSE))
  }
}
