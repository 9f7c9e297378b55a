// 查找案件: the list with all its filters, and the map that an area is drawn on.
import { CaseList } from 'cases/case-list'
import { ClassPicker } from 'cases/class-picker'
import { AreaDrawing } from 'cases/area-drawing'

const CLOSE = 16 // zoom at which houses can be told apart
const LIGHT = /light-(red|yellow|green)/
// As `is_phone` of cases/finding/terms.py has it, roughly: the server decides.
const PHONE = /^(?:\+?86)?1[3-9]\d{9}$|^0\d{9,11}$/

class CaseFinder extends CaseList {
  async connectedCallback() {
    super.connectedCallback()
    this.filters = this.querySelector('[data-filters]')
    this.filters.addEventListener('submit', (event) => this.sent(event))
    // Only what was filled in stands in the address.
    this.filters.addEventListener('formdata', ({ formData }) => {
      for (const [name, value] of [...formData]) if (!value) formData.delete(name)
    })
    // Several are chosen before the list is asked for, unlike at the desk.
    this.querySelector('.find-sheet').addEventListener('change', (event) => event.stopPropagation())
    this.classes = new ClassPicker(this.querySelector('[data-class]'), { no_class: this.dataset.noClass }, () => {})
    this.phone = this.querySelector('[data-phone]')
    // The number that was typed into the box is not left in the address.
    if (this.phone?.open && location.search.includes('q=')) history.replaceState(null, '', `${location.pathname}?view=all`)
    const opener = this.querySelector('[data-map-open]')
    opener.hidden = false
    opener.addEventListener('click', () => this.showMap(true))
    this.querySelector('[data-map-close]').addEventListener('click', () => this.showMap(false))
    try {
      const { createMap } = await import('layers/map-core')
      this.map = await createMap(this.querySelector('.map'))
    } catch (error) {
      // The list and the forms work without a map.
      console.warn(error)
      return
    }
    this.pins = this.map.addPins(this.places(), { onSelect: ({ id }) => this.chosen(id) })
    this.drawing = new AreaDrawing(this.map, this.querySelector('[data-area-bar]'), (text) => this.drawn(text))
    const area = this.querySelector('[data-area-field]').value
    if (area) this.drawing.show(area)
    else this.fit()
    this.dataset.ready = ''
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.map?.destroy()
  }

  // A phone goes the way that keeps it out of the address and asks what it is for.
  sent(event) {
    const box = this.querySelector('[data-search]')
    if (!this.phone || !PHONE.test(box.value.replace(/[\s().-]/g, ''))) return
    event.preventDefault()
    this.phone.open = true
    const field = this.phone.querySelector('[name=phone]')
    field.value = box.value
    box.value = ''
    this.phone.querySelector('[name=purpose]').focus()
  }

  drawn(text) {
    this.querySelector('[data-area-field]').value = text
    this.filters.requestSubmit()
  }

  showMap(open) {
    this.classList.toggle('map-open', open)
    if (open) this.map?.leaflet.invalidateSize()
    else this.drawing?.stop()
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
    const row = id && !this.drawing.kind && this.row(id)
    if (!row) return
    this.classList.remove('map-open')
    if (row !== this.current) this.open(row)
  }

  changed() {
    super.changed()
    this.pins?.set(this.places())
    this.map?.select(this.current?.dataset.uuid ?? null)
  }

  shown() {
    const row = this.current
    if (!this.map || !row) return
    this.map.select(row.dataset.uuid)
    if (!row.dataset.lon) return
    const [lon, lat] = [Number(row.dataset.lon), Number(row.dataset.lat)]
    const inner = this.map.leaflet.getBounds().pad(-0.15)
    if (!inner.contains([lat, lon])) this.map.flyTo(lon, lat, Math.max(this.map.leaflet.getZoom(), CLOSE))
  }
}
customElements.define('case-finder', CaseFinder)
