// <survey-plan>: a new survey. The area is drawn on the map; only the fields that the
// chosen things need are shown. Without scripts all of them stand there.
import { AreaDrawing } from 'layers/area-drawing'
import { createMap } from 'layers/map-core'

class SurveyPlan extends HTMLElement {
  async connectedCallback() {
    this.form = this.querySelector('form')
    this.form.addEventListener('change', () => this.show())
    this.show()
    try {
      this.map = await createMap(this.querySelector('[data-map]'))
    } catch (error) {
      console.warn(error)
      return
    }
    this.drawing = new AreaDrawing(this.map, this.querySelector('[data-area-bar]'), (text) => this.drawn(text))
    this.drawing.show(this.form.elements.area.value)
    this.dataset.ready = ''
  }

  disconnectedCallback() {
    this.map?.destroy()
  }

  drawn(text) {
    this.form.elements.area.value = text
    this.drawing.show(text)
  }

  show() {
    const what = this.form.elements.what.value
    this.querySelector('[data-field=class_code]').hidden = what !== 'parts'
    this.querySelector('[data-field=layer]').hidden = what !== 'features'
    for (const ask of this.querySelectorAll('.survey-ask')) {
      ask.querySelector('.survey-choices').hidden = ask.querySelector('select').value !== 'choice'
    }
  }
}

customElements.define('survey-plan', SurveyPlan)
