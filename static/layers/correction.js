// The page of one correction.
import { SubjectPage } from 'workflow/subject-page'

class CorrectionPage extends SubjectPage {
  get kind() { return 'correction' }

  connectedCallback() {
    super.connectedCallback()
    this.addEventListener('input', ({ target }) => this.typed(target))
  }

  // The inputs of attributes count too, not only the words.
  get dirty() { return this.touched }

  put(html) {
    super.put(html)
    this.touched = false
  }

  typed(target) {
    this.touched = true
    // To go or to be changed: never both.
    if (target.name !== 'removal') return
    for (const input of target.closest('form').querySelectorAll('.value-inputs input, .value-inputs select')) {
      input.disabled = target.checked
    }
  }

  async makeMap(box, center) {
    const { createMap } = await import('layers/map-core')
    return createMap(box, { center, zoom: 18 })
  }

  drawn(map) {
    const outline = JSON.parse(this.dataset.outline ?? 'null')
    if (outline) {
      map.show(outline)
      map.fit(outline, { maxZoom: 19, padding: 80 })
    }
    this.pin('!')
  }
}
customElements.define('correction-page', CorrectionPage)
