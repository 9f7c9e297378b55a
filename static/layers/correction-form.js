// <correction-form>: what is wrong in the field: what kind of error, and what it should be.
import { loadMap } from 'layers/lazy-map'
import { SendingForm } from 'workflow/sending'

const KEPT = 'textarea, select, input:not([type=hidden], [type=file])'

class CorrectionForm extends SendingForm {
  get key() { return `correction:${this.dataset.owner}:${this.dataset.about}` }

  begin() {
    this.values = this.querySelector('[data-values]')
    this.form.addEventListener('input', ({ target }) => {
      // Whoever says that attributes are wrong can say at once what they should be.
      if (target.name === 'reason' && this.values && target.value === 'values') this.values.open = true
      mark(target)
    })
    this.draw()
  }

  // At a desk there is room for the map beside the form; a phone has just come from it.
  async draw() {
    const box = this.querySelector('.mark-map')
    if (!box || !matchMedia('(min-width: 1000px)').matches) return
    box.hidden = false
    const center = [Number(box.dataset.lon), Number(box.dataset.lat)]
    try {
      const createMap = await loadMap()
      this.map = await createMap(box.querySelector('[data-map]'), { center, zoom: 18 })
    } catch (error) {
      box.hidden = true // the form is whole without a map
      console.warn(error)
      return
    }
    const outline = JSON.parse(box.dataset.outline ?? 'null')
    this.map.show(outline ?? { type: 'Point', coordinates: center })
    if (outline) this.map.fit(outline, { maxZoom: 19, padding: 80 })
  }

  fields() { return [...this.form.querySelectorAll(KEPT)].filter((field) => field.name) }

  typed() {
    return {
      spot: this.form.elements.spot.value,
      kept: this.fields().filter(isTouched).map(({ name, value }) => [name, value]),
    }
  }

  isWork({ kept }) { return kept.length > 0 }

  restore(draft) {
    this.form.elements.spot.value ||= draft.spot
    for (const [name, value] of draft.kept) {
      for (const field of this.fields().filter((one) => one.name === name)) {
        if (field.type === 'radio') field.checked = field.value === value
        else field.value = value
        mark(field)
        if (this.values?.contains(field)) this.values.open = true
      }
    }
  }

  cleared() {
    for (const one of this.querySelectorAll('.is-changed')) one.classList.remove('is-changed')
    this.form.querySelector('[name=reason]').focus()
  }

  lacking() {
    return this.form.querySelector('[name=reason]:checked') ? {} : { reason: this.words.need_reason }
  }

  open(field) {
    if (field === this.values) field.open = true
  }

  end() {
    this.map?.destroy()
    this.map = null
  }
}

// What the layer says, as the server wrote it.
function initial(field) {
  if (field.matches('select')) return field.querySelector('[selected]')?.value ?? ''
  return field.defaultValue
}

function isTouched(field) {
  return field.type === 'radio' ? field.checked : field.value !== initial(field)
}

function mark(field) {
  field.closest('.value-input')?.classList.toggle('is-changed', field.value !== initial(field))
}

customElements.define('correction-form', CorrectionForm)
