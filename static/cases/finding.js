// 查找案件: the list with all its filters, and the map that an area is drawn on.
import { CaseMapList } from 'cases/case-map'
import { ClassPicker } from 'cases/class-picker'
import { AreaDrawing } from 'layers/area-drawing'

// As `is_phone` of cases/finding/terms.py has it, roughly: the server decides.
const PHONE = /^(?:\+?86)?1[3-9]\d{9}$|^0\d{9,11}$/

class CaseFinder extends CaseMapList {
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
    if (!(await this.draw())) return
    this.drawing = new AreaDrawing(this.map, this.querySelector('[data-area-bar]'), (text) => this.drawn(text))
    const area = this.querySelector('[data-area-field]').value
    if (area) this.drawing.show(area)
    else this.fit()
    this.dataset.ready = ''
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

  chosen(id) {
    const row = id && !this.drawing.kind && this.row(id)
    if (!row) return
    this.classList.remove('map-open')
    if (row !== this.current) this.open(row)
  }
}
customElements.define('case-finder', CaseFinder)
