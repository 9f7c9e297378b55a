// <report-form>: what somebody sees on his round, with photo, place and class.
import { ClassPicker } from 'cases/class-picker'
import { NearBox } from 'cases/near'
import { PlacePicker } from 'cases/place-picker'
import { SendingForm } from 'workflow/sending'

class ReportForm extends SendingForm {
  get key() { return `report:${this.dataset.owner}` }

  begin() {
    const changed = () => this.changed()
    const place = this.querySelector('[data-field=place]')
    const urls = { place: this.dataset.place, addresses: this.dataset.addresses }
    this.place = place && new PlacePicker(place, urls, this.words, changed)
    const what = this.querySelector('[data-field=category]')
    this.what = what && new ClassPicker(what, this.words, changed)
    this.note = this.form.elements.note
    this.note?.addEventListener('input', () => grow(this.note))
    const box = this.querySelector('[data-near-box]')
    this.near = box && new NearBox(box, this.dataset.near)
  }

  // What was reported there already; he may send it all the same.
  changed() {
    super.changed()
    const { lon, lat } = this.place ?? {}
    this.near?.look(this.place?.value && { lon, lat }, this.what?.value)
  }

  started() {
    if (!this.place?.value) this.place?.locate()
    // On a desk there is room for the map beside the form.
    if (matchMedia('(min-width: 1000px)').matches) this.place?.toggle(true)
  }

  typed() {
    return {
      note: this.note?.value ?? '',
      category: this.what?.value ?? '',
      place: this.place?.value || null,
      address: this.place?.isOwnAddress ? this.place.address.value : '',
    }
  }

  // A place alone is no work that could be lost.
  isWork({ note, category, address }) { return Boolean(note.trim() || category || address) }

  restore(draft) {
    if (this.note) { this.note.value = draft.note; grow(this.note) }
    this.what?.set(draft.category)
    if (draft.place) this.place?.restore(draft.place, draft.address)
  }

  cleared() {
    this.what?.set('')
    if (this.place) {
      this.place.field.value = ''
      this.place.isOwnAddress = false
      this.place.locate(true)
    }
    this.form.querySelector('input[type=file]')?.focus()
  }

  lacking() {
    const missing = {}
    if (this.place && !this.place.value) missing.place = this.words.need_place
    if (this.what && !this.what.value) missing.category = this.words.need_category
    return missing
  }

  open(field) {
    if (field.dataset.field === 'place') this.place.toggle(true)
  }

  end() { this.place?.destroy() }
}

function grow(area) {
  area.style.height = 'auto'
  area.style.height = `${area.scrollHeight + 2}px`
}

customElements.define('report-form', ReportForm)
