// 受理派遣: the list of cases with the map that follows it.
import { notify } from 'govmap/notice'
import { CaseList } from 'cases/case-list'
import 'cases/alarm'
import 'cases/proposal'
import 'workflow/presence'

const CLOSE = 16 // zoom at which houses can be told apart
const LIGHT = /light-(red|yellow|green)/

class CaseDesk extends CaseList {
  async connectedCallback() {
    super.connectedCallback()
    this.addEventListener('proposal:done', ({ detail }) => this.goOn(detail.said))
    this.opened = (event) => this.lookAt(event)
    document.addEventListener('urgent:open', this.opened)
    this.tellShown()
    try {
      const { createMap } = await import('layers/map-core')
      this.map = await createMap(this.querySelector('.map'))
    } catch (error) {
      // The list and the forms work without a map.
      console.warn(error)
      return
    }
    this.pins = this.map.addPins(this.places(), { onSelect: ({ id }) => this.chosen(id) })
    this.fit()
    this.point()
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    document.removeEventListener('urgent:open', this.opened)
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

  shown() {
    this.point()
    this.tellShown()
  }

  // Whoever has opened urgent news has seen it.
  tellShown() {
    const uuid = this.openCase?.dataset.case
    if (uuid) document.dispatchEvent(new CustomEvent('subject:shown', { detail: { uuid } }))
  }

  // An urgent case of the banner opens where it is, if the list has it.
  lookAt(event) {
    const row = event.detail.kind === 'case' && this.row(event.detail.uuid)
    if (!row) return
    event.preventDefault()
    this.open(row)
  }

  // What the server says of a row beside it: urgent news, also where it is none of ours.
  rowAnswered(uuid, response) {
    if (!response?.headers.has('X-Urgent') || this.openCase?.dataset.case === uuid) return
    document.dispatchEvent(new CustomEvent('urgent:news', { detail: { kind: 'case', uuid } }))
  }

  // A whole case is off the desk: the next one that waits opens by itself.
  goOn(said) {
    notify(said, { kind: 'success' })
    const rows = Array.from(this.rows.querySelectorAll('.case-row'))
    const at = rows.indexOf(this.current)
    const later = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0)).reverse()]
    const next = later.find((row) => !('leaves' in row.dataset))
    if (next) this.open(next)
  }

  // The map goes to the open case where it lies out of sight or too small to see.
  point() {
    const row = this.current
    if (!this.map || !row) return
    this.map.select(row.dataset.uuid)
    if (!row.dataset.lon) return
    const [lon, lat] = [Number(row.dataset.lon), Number(row.dataset.lat)]
    const zoom = this.map.leaflet.getZoom()
    const inner = this.map.leaflet.getBounds().pad(-0.15)
    if (zoom < CLOSE || !inner.contains([lat, lon])) this.map.flyTo(lon, lat, Math.max(zoom, CLOSE))
  }
}
customElements.define('case-desk', CaseDesk)
